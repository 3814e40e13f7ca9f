import type { Definition } from '../gateway/use-definitions.js';
import { texts } from '../texts/texts.js';
import { Visible } from './visible.js';

/** The meaning of a property, as each collection tells it. */
export function Meaning({
  definitions,
  isShort = false,
}: {
  definitions: readonly Definition[];
  /** True for the titles alone. */
  isShort?: boolean;
}) {
  const titles = [...new Set(definitions.map(({ title, name }) => title ?? name))];
  if (isShort) return <span className="said meaning">{titles.join(', ')}</span>;
  return definitions.map(({ group, title, help, default: standard }) => (
    <span key={group} className="said meaning">
      <Visible text={[title, help].filter(Boolean).join(': ')} />{' '}
      {standard != null && <span>{texts.properties.standard(standard)} </span>}({group})
    </span>
  ));
}
