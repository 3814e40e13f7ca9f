import { isRefusal, type Failure } from '../gateway/failure.js';
import { RequestId } from './request-id.js';
import { texts } from '../texts/texts.js';

/** Says why the gateway did not change anything, or that nobody knows whether it did. */
export function RefusedBox({ failure }: { failure: Failure }) {
  const { code, message, requestId } = failure;
  const otherwise = isRefusal(failure) ? texts.failure.notChanged : texts.failure.unknown;
  return (
    <section className="failure" role="alert">
      <p>{texts.failure.sentences[code] ?? otherwise}</p>
      {message && <p className="said">{message}</p>}
      {requestId && <RequestId id={requestId} />}
    </section>
  );
}
