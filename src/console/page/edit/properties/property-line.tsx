import { useState } from 'react';
import { Button } from 'react-aria-components';
import { PropertyValuesInUseDocument } from '../../gateway/operations.js';
import { hasUnseen } from '../../parts/unseen.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import { SuggestedField } from '../suggested-field.js';
import { useSuggestions } from '../use-suggestions.js';
import { faultOf, type PropertyRow } from './rows.js';
import type { useProperties } from './use-properties.js';

/**
 * One property: its name, its value to change, and how it differs from what is stored. The roles are said, since a narrow
 * panel shows no table.
 */
export function PropertyLine({
  row: { name, value, state },
  editor,
}: {
  row: PropertyRow;
  editor: Pick<ReturnType<typeof useProperties>, 'set' | 'remove' | 'undo'>;
}) {
  const { properties: labels } = texts;
  const fault = state === 'removed' ? undefined : faultOf(name, value);
  return (
    <tr role="row" className={`property-${state}`}>
      <th role="rowheader" scope="row">
        <code>
          <Visible text={name} />
        </code>
      </th>
      <td role="cell">
        {state === 'removed' ? (
          <s className="value">
            <Visible text={value} />
          </s>
        ) : (
          <ValueField name={name} value={value} error={fault} onChange={(next) => editor.set(name, next)} />
        )}
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
        {(state === 'same' || state === 'changed') && (
          <Button className="button" aria-label={labels.remove(name)} onPress={() => editor.remove(name)}>
            {labels.removeShort}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** A field of one line, with values in use below it; a larger one for a value that has several lines. */
function ValueField({
  name,
  value,
  error,
  onChange,
}: {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const [isWanted, setWanted] = useState(false);
  // A field that became the larger one stays so while one types in it.
  const [isLong] = useState(value.length > LONGEST_LINE || /[\r\n]/.test(value));
  const found = useSuggestions(PropertyValuesInUseDocument, { name }, value, isWanted && !isLong);
  const label = texts.properties.valueOf(name);
  if (!isLong)
    return (
      <SuggestedField
        label={label}
        isLabelUnseen
        value={value}
        suggestions={found?.imagePropertyValues ?? []}
        error={error}
        onChange={onChange}
        onWanted={() => setWanted(true)}
      />
    );
  return (
    <>
      <textarea
        className="input"
        aria-label={label}
        aria-invalid={error ? true : undefined}
        rows={4}
        spellCheck="false"
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {error && <span className="field-error">{error}</span>}
    </>
  );
}

const LONGEST_LINE = 255;
