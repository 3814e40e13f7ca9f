import { CopyButton } from './copy-button.js';

/** A text that is copied whole. */
export function Copied({ text, what }: { text: string; what: string }) {
  return (
    <>
      <code>{text}</code> <CopyButton text={text} what={what} />
    </>
  );
}
