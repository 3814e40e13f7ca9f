import { FieldError, Input, Label, Text, TextField as Field } from 'react-aria-components';
import { texts } from '../texts/texts.js';

/** A line of text, with what is wrong with it below. */
export function TextField({
  id,
  label,
  value,
  error,
  hint,
  inputMode,
  autoFocus,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  error?: string;
  hint?: string;
  inputMode?: 'numeric' | 'url';
  autoFocus?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <Field
      className="field"
      value={value}
      isInvalid={error !== undefined}
      autoFocus={autoFocus}
      autoComplete="off"
      onChange={onChange}
    >
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="said">
          {hint}
        </Text>
      )}
      <Input id={id} className="input" inputMode={inputMode} spellCheck="false" />
      <FieldError className="field-error">{error}</FieldError>
    </Field>
  );
}

/** One of several values, or none. */
export function SelectField({
  id,
  label,
  value,
  values,
  error,
  whyDisabled,
  mayBeNone = true,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  values: readonly string[];
  error?: string;
  whyDisabled?: string;
  mayBeNone?: boolean;
  onChange: (value: string) => void;
}) {
  // A stored value stays, also where the gateway takes it no longer.
  const all = [...new Set([...(mayBeNone ? [''] : []), value, ...values])];
  const notes = [whyDisabled, error].filter((each) => each !== undefined);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value}
        disabled={whyDisabled !== undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={notes.length > 0 ? `${id}-notes` : undefined}
        onChange={({ target }) => onChange(target.value)}
      >
        {all.map((each) => (
          <option key={each} value={each}>
            {each === '' ? texts.none : each}
          </option>
        ))}
      </select>
      {notes.length > 0 && (
        <span id={`${id}-notes`} className={error ? 'field-error' : 'said'}>
          {notes.join(' ')}
        </span>
      )}
    </div>
  );
}
