import { Button } from 'react-aria-components';
import type { Definition } from '../../gateway/use-definitions.js';
import { Meaning } from '../../parts/meaning.js';
import { hasUnseen } from '../../parts/unseen.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import type { PropertyRow } from './rows.js';
import type { useProperties } from './use-properties.js';
import { unusual } from './usual-values.js';
import { ValueField } from './value-field.js';

/**
 * One property: its name and meaning, its value to change, and how it differs from what is stored. The roles are said,
 * since a narrow panel shows no table.
 */
export function PropertyLine({
  row,
  definitions,
  editor,
}: {
  row: PropertyRow;
  definitions: readonly Definition[];
  editor: Pick<ReturnType<typeof useProperties>, 'set' | 'remove' | 'undo' | 'faultOf' | 'rightsTo'>;
}) {
  const { properties: labels } = texts;
  const { name, value, state } = row;
  const may = editor.rightsTo(name);
  const isFixed = state === 'same' && !may.canUpdate;
  const mark = state === 'removed' || isFixed ? undefined : unusual(definitions, value);
  return (
    <tr role="row" className={`property-${state}`}>
      <th role="rowheader" scope="row">
        <code>
          <Visible text={name} />
        </code>
        <Meaning definitions={definitions} />
      </th>
      <td role="cell">
        {state === 'removed' ? (
          <s className="value">
            <Visible text={value} />
          </s>
        ) : isFixed ? (
          <span className="value">
            <Visible text={value} />
          </span>
        ) : (
          <ValueField
            name={name}
            value={value}
            definitions={definitions}
            error={editor.faultOf(row)}
            onChange={(next) => editor.set(name, next)}
          />
        )}
        {mark && <p className="said">{mark}</p>}
        {(!may.canUpdate || !may.canRemove) && <p className="said">{labels.protection(may)}</p>}
        {state !== 'removed' && hasUnseen(value) && (
          <p className="said value">
            {labels.unseen} <Visible text={value} />
          </p>
        )}
      </td>
      <td role="cell">{texts.editStates[state]}</td>
      <td role="cell" className="property-actions">
        {state !== 'same' && (
          <Button className="button" aria-label={labels.undo(name)} onPress={() => editor.undo(name)}>
            {labels.undoShort}
          </Button>
        )}
        {(state === 'same' || state === 'changed') && may.canRemove && (
          <Button className="button" aria-label={labels.remove(name)} onPress={() => editor.remove(name)}>
            {labels.removeShort}
          </Button>
        )}
      </td>
    </tr>
  );
}
