import { useEffect, useRef } from 'react';
import { texts } from '../texts/texts.js';
import type { Faults } from './draft.js';

/** Names every field that is wrong, and takes the focus when that is found. Each name leads to its field. */
export function ErrorSummary({
  faults,
  labels,
}: {
  faults: Faults;
  labels: Readonly<Record<string, string>>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const fields = Object.keys(faults);
  useEffect(() => {
    if (fields.length > 0) box.current?.focus();
    // A new object is a new attempt to save.
  }, [faults]);
  if (fields.length === 0) return null;
  return (
    <div ref={box} className="failure" role="alert" tabIndex={-1}>
      <p>{texts.edit.wrong(fields.length)}</p>
      <ul>
        {fields.map((field) => (
          <li key={field}>
            <a
              href={`#edit-${field}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(`edit-${field}`)?.focus();
              }}
            >
              {labels[field] ?? field}
            </a>
            : {faults[field]}
          </li>
        ))}
      </ul>
    </div>
  );
}
