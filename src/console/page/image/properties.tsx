import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components';
import { mayChange } from '../change/actions.js';
import { useDefinitions } from '../gateway/use-definitions.js';
import { CopyButton } from '../parts/copy-button.js';
import { Late } from '../parts/late.js';
import { Meaning } from '../parts/meaning.js';
import { Skeleton } from '../parts/states.js';
import { Visible } from '../parts/visible.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { Detail } from './detail.js';
import { writeProperties } from '../edit/properties/property-text.js';

const PropertiesEditor = lazy(() => import('../edit/properties/properties-editor.js'));

/** The properties of an image, to read and to change. */
export function Properties({ image }: { image: Detail }) {
  const { viewer } = useStart();
  const [isEditing, setEditing] = useState(false);
  if (isEditing)
    return (
      <Late instead={<p role="alert">{`${texts.late.failed} ${texts.late.hint}`}</p>}>
        <Suspense fallback={<Skeleton rows={6} />}>
          <PropertiesEditor id={image.id} onClose={() => setEditing(false)} />
        </Suspense>
      </Late>
    );
  const pairs = image.properties.map(({ name, value }) => [name, value ?? ''] as const);
  return (
    <>
      <p className="line">
        {image.permissions.canUpdate && mayChange(viewer) && (
          <Button className="button" onPress={() => setEditing(true)}>
            {texts.properties.edit}
          </Button>
        )}
        {pairs.length > 0 && <CopyButton text={writeProperties(pairs)} what={texts.properties.all} />}
      </p>
      {pairs.length === 0 ? <p className="nothing">{texts.image.noProperties}</p> : <Table pairs={pairs} />}
    </>
  );
}

function Table({ pairs }: { pairs: readonly (readonly [name: string, value: string])[] }) {
  const definitions = useDefinitions();
  return (
    <table className="table">
      <caption className="unseen">{texts.image.properties}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.image.property}</th>
          <th scope="col">{texts.image.value}</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <code>
                <Visible text={name} />
              </code>
              {definitions.has(name) && <Meaning definitions={definitions.get(name)!} isShort />}
            </th>
            <td className="value">
              <Value text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Addresses become links, but no `javascript:` does. */
function Value({ text }: { text: string }) {
  if (!/^https?:\/\/\S+$/i.test(text)) return <Visible text={text} />;
  return (
    <a href={text} rel="noopener noreferrer" target="_blank">
      {text}
    </a>
  );
}
