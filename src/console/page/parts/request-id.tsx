import { CopyButton } from './copy-button.js';
import { texts } from '../texts/texts.js';

/** The id by which the gateway's log names a request, to copy. */
export function RequestId({ id }: { id: string }) {
  return (
    <p>
      {texts.failure.requestId}: <code>{id}</code> <CopyButton text={id} what={texts.failure.requestId} />
    </p>
  );
}
