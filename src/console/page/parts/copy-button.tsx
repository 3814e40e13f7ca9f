import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { texts } from '../texts/texts.js';

/** Copies a text, whole. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const over = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(over);
  }, [isCopied]);
  return (
    <>
      <Button
        className="icon-button"
        aria-label={texts.copy(what)}
        onPress={() =>
          void copyText(text).then(
            () => setCopied(true),
            () => undefined,
          )
        }
      >
        {isCopied ? <span aria-hidden="true">✓</span> : <CopyIcon />}
      </Button>
      <span className="unseen" role="status">
        {isCopied ? texts.copied : ''}
      </span>
    </>
  );
}

/** Two sheets: few fonts have a character for that. */
function CopyIcon() {
  return (
    <svg aria-hidden="true" width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor">
      <rect x="1.5" y="4.5" width="8" height="8" rx="1" />
      <path d="M4.5 4.5v-3h8v8h-3" />
    </svg>
  );
}

/**
 * Copies a text. Browsers give no clipboard to pages over plain http from another machine.
 *
 * @throws when the browser refuses
 */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  if (!isCopied) throw new Error('the browser does not copy');
}
