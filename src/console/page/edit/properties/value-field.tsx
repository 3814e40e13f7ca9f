import { useState } from 'react';
import { PropertyValuesInUseDocument } from '../../gateway/operations.js';
import type { Definition } from '../../gateway/use-definitions.js';
import { texts } from '../../texts/texts.js';
import { SuggestedField } from '../suggested-field.js';
import { useSuggestions } from '../use-suggestions.js';
import { usualValues } from './usual-values.js';

interface Value {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** The value of a property: a choice of the usual values where there are some, otherwise a text. */
export function ValueField({ definitions, ...value }: Value & { definitions: readonly Definition[] }) {
  const values = usualValues(definitions);
  const [isOther, setOther] = useState(false);
  if (values.length === 0 || isOther) return <TextValue {...value} hasFocus={isOther} />;
  return <ChosenValue {...value} values={values} onOther={() => setOther(true)} />;
}

function ChosenValue({
  name,
  value,
  values,
  error,
  onChange,
  onOther,
}: Value & { values: readonly string[]; onOther: () => void }) {
  const { properties: labels } = texts;
  return (
    <>
      <select
        className="input"
        aria-label={labels.valueOf(name)}
        aria-invalid={error ? true : undefined}
        value={`=${value}`}
        onChange={({ target }) => (target.value === OTHER ? onOther() : onChange(target.value.slice(1)))}
      >
        {[...new Set([...values, value])].map((each) => (
          <option key={each} value={`=${each}`}>
            {each}
          </option>
        ))}
        <option value={OTHER}>{labels.otherValue}</option>
      </select>
      {error && <span className="field-error">{error}</span>}
    </>
  );
}

/** A field of one line, with values in use below it; a larger one for a value that has several lines. */
function TextValue({ name, value, error, hasFocus, onChange }: Value & { hasFocus: boolean }) {
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
        autoFocus={hasFocus}
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
/** No value of a property, since those begin with `=` in the list. */
const OTHER = 'other';
