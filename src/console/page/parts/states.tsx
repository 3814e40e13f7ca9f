import { Button } from 'react-aria-components';
import type { Failure } from '../gateway/failure.js';
import { texts } from '../texts/texts.js';
import { RequestId } from './request-id.js';

/** Stands where content will be. It shows itself after 200 ms. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{texts.loading}</span>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="skeleton-row" aria-hidden="true" />
      ))}
    </div>
  );
}

/** Says why something could not be read: our sentence, the gateway's, and the request id for its log. */
export function FailureBox({ failure, again }: { failure: Failure; again: () => void }) {
  const { code, message, requestId } = failure;
  return (
    <section className="failure" role="alert">
      <h2>{texts.failure.title}</h2>
      <p>{texts.failure.sentences[code] ?? texts.failure.other}</p>
      {message && <p className="said">{message}</p>}
      {requestId && <RequestId id={requestId} />}
      <Button className="button" onPress={again}>
        {texts.failure.again}
      </Button>
    </section>
  );
}
