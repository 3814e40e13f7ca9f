import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useOnAttempt, usePolling } from '../gateway/ask-again.js';
import { useAfterChanges } from '../gateway/live/image-changes.js';
import { WaitingOffersDocument } from '../gateway/operations.js';
import { useKept } from '../parts/use-kept.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { useLater } from './later.js';

/** Milliseconds between two questions for offers. */
const POLL_MS = 60_000;
/** Milliseconds between two questions while images of others change. */
const OFFERS_MS = 5_000;
/** Beyond so many offers their number is not counted. */
const MOST = 100;

/** The way to the inbox. It says how many offers wait for an answer. */
export function InboxLink() {
  const { viewer } = useStart();
  const { count, isMore } = useWaiting(viewer.owner);
  const { inbox } = texts;
  if (viewer.owner === null && !viewer.isAdmin) return null;
  return (
    <Link href="/inbox">
      {inbox.link}
      {count > 0 && (
        <span className="count nav-count" title={inbox.waiting(count, isMore)}>
          {inbox.count(count, isMore)}
        </span>
      )}
    </Link>
  );
}

function useWaiting(owner: string | null): { count: number; isMore: boolean } {
  const later = useLater();
  const [{ data: latest, error }, ask] = useQuery({
    query: WaitingOffersDocument,
    variables: { memberId: owner ?? '', first: MOST },
    pause: owner === null,
    requestPolicy: 'cache-and-network',
  });
  const data = useKept(error ? undefined : latest, owner);
  const again = () => owner !== null && ask({ requestPolicy: 'network-only' });
  useOnAttempt(again);
  usePolling(again, POLL_MS);
  useAfterChanges(OFFERS_MS, (news) => news === 'all' || news.image?.owner !== owner, again);
  const { edges, pageInfo } = data?.sharedImages ?? { edges: [], pageInfo: { hasNextPage: false } };
  // An image that is not shared any more is not offered, though its members are stored.
  const waiting = edges.filter(({ node }) => node.image && !later.has(node.id));
  return { count: waiting.length, isMore: pageInfo.hasNextPage };
}
