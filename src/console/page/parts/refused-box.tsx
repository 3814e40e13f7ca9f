import type { Failure } from '../gateway/failure.js';
import { CopyButton } from './copy-button.js';
import { texts } from '../texts/texts.js';

/** Says why the gateway did not change anything. */
export function RefusedBox({ failure: { code, message, requestId } }: { failure: Failure }) {
  return (
    <section className="failure" role="alert">
      <p>{texts.failure.sentences[code] ?? texts.failure.notChanged}</p>
      {message && <p className="said">{message}</p>}
      {requestId && (
        <p>
          {texts.failure.requestId}: <code>{requestId}</code>{' '}
          <CopyButton text={requestId} what={texts.failure.requestId} />
        </p>
      )}
    </section>
  );
}
