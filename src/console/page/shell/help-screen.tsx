import { texts } from '../texts/texts.js';
import { useTitle } from './use-title.js';
import { useStart } from './start.js';

/** The keys, the words, and what the page is made of. */
export function HelpScreen() {
  const { config } = useStart();
  useTitle(texts.helpScreen.title);
  const { keyMeanings, meanings, tableKeys } = texts.helpScreen;
  return (
    <article className="help">
      <h1>{texts.helpScreen.title}</h1>
      <h2>{texts.helpScreen.keys}</h2>
      <Pairs pairs={keyMeanings} named={(name) => <kbd>{name}</kbd>} />
      <p>{tableKeys}</p>
      <h2>{texts.helpScreen.words}</h2>
      <Pairs pairs={meanings} named={(name) => name} />
      <h2>{texts.helpScreen.about}</h2>
      <p>
        {texts.helpScreen.version(config.version)}.{' '}
        <a href="/console/licences.txt">{texts.helpScreen.licences}</a>
        {config.graphiql && (
          <>
            {' · '}
            <a href="/graphiql">{texts.graphiql}</a>
          </>
        )}
      </p>
    </article>
  );
}

function Pairs({
  pairs,
  named,
}: {
  pairs: Record<string, string>;
  named: (name: string) => React.ReactNode;
}) {
  return (
    <dl className="pairs">
      {Object.entries(pairs).map(([name, meaning]) => (
        <div key={name}>
          <dt>{named(name)}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
