import { texts } from '../texts/texts.js';
import type { Detail } from './image-panel.js';

/** The properties of an image. */
export function Properties({ image: { properties } }: { image: Detail }) {
  if (properties.length === 0) return <p className="nothing">{texts.image.noProperties}</p>;
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
        {properties.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td className="value">
              <Value text={value ?? ''} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Addresses become links, but no `javascript:` does. */
function Value({ text }: { text: string }) {
  if (!/^https?:\/\/\S+$/i.test(text)) return <>{text}</>;
  return (
    <a href={text} rel="noopener noreferrer" target="_blank">
      {text}
    </a>
  );
}
