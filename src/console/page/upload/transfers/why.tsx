import type { Failure } from '../../gateway/failure.js';
import { RequestId } from '../../parts/request-id.js';
import { texts } from '../../texts/texts.js';

/**
 * Says why a transfer does not go on: our sentence, the gateway's, and the request id for its log.
 *
 * @param props.reasons the code of a failure → a sentence
 */
export function Why({
  failure: { code, message, requestId },
  reasons,
  children,
}: {
  failure: Failure;
  reasons: Readonly<Record<string, string>>;
  children?: React.ReactNode;
}) {
  return (
    <>
      <p className="transfer-why">{reasons[code] ?? texts.failure.sentences[code] ?? texts.failure.other}</p>
      {message && <p className="said">{message}</p>}
      {requestId && <RequestId id={requestId} />}
      {children}
    </>
  );
}
