import { useId, useState } from 'react';
import { texts } from '../texts/texts.js';
import type { Suggestions } from './use-suggestions.js';

/** A text field under which the browser lists texts in use. */
export function SuggestedField({
  id: ownId,
  label,
  hint,
  isLabelUnseen = false,
  value,
  autoFocus,
  suggestions,
  error,
  onChange,
  onWanted,
}: {
  id?: string;
  label: string;
  hint?: string;
  /** True where a table says what the field is. */
  isLabelUnseen?: boolean;
  value: string;
  autoFocus?: boolean;
  suggestions: Suggestions;
  error?: string;
  onChange: (value: string) => void;
  /** The field has the focus for the first time. */
  onWanted: () => void;
}) {
  const madeId = useId();
  const id = ownId ?? madeId;
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  const [isWanted, setWanted] = useState(false);
  const want = () => {
    if (isWanted) return;
    setWanted(true);
    onWanted();
  };
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelUnseen ? 'unseen' : undefined}>
        {label}
      </label>
      {hint && (
        <span id={`${id}-hint`} className="said">
          {hint}
        </span>
      )}
      <input
        id={id}
        className="input"
        list={`${id}-list`}
        value={value}
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck="false"
        aria-invalid={error ? true : undefined}
        aria-describedby={notes || undefined}
        onFocus={want}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={`${id}-list`}>
        {suggestions.map((each) => (
          <option
            key={each.value}
            value={each.value}
            label={each.label ?? texts.imageCount(each.count ?? 0)}
          />
        ))}
      </datalist>
      {error && (
        <span id={`${id}-error`} className="field-error">
          {error}
        </span>
      )}
    </div>
  );
}
