import { lazy, Suspense } from 'react';
import { Late } from '../parts/late.js';
import { RequestId } from '../parts/request-id.js';
import { FullTime } from '../parts/values.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { useMessages } from './messages.js';

const TransferList = lazy(() => import('../upload/transfers/transfer-list.js'));
const ImportList = lazy(() => import('../import/import-list.js'));

/** The uploads, the imports, and every result since the page was loaded. */
export function TransfersScreen() {
  const messages = useMessages();
  useTitle(texts.transfers);
  return (
    <article className="help">
      <h1>{texts.transfers}</h1>
      <Late instead={<p className="failure">{texts.late.hint}</p>}>
        <Suspense>
          <TransferList />
          <ImportList />
        </Suspense>
      </Late>
      <h2>{texts.messages.title}</h2>
      {messages.length === 0 ? (
        <p className="nothing">{texts.messages.none}</p>
      ) : (
        <ol className="messages">
          {messages.map(({ id, at, text, isFailure, details, requestId }) => (
            <li key={id} className={isFailure ? 'failure' : 'message'}>
              <FullTime time={new Date(at).toISOString()} />
              <p>{text}</p>
              {details && <pre className="said">{details}</pre>}
              {requestId && <RequestId id={requestId} />}
            </li>
          ))}
        </ol>
      )}
    </article>
  );
}
