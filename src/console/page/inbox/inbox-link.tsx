import { useAfterChanges } from '../gateway/live/image-changes.js';
import { WaitingOffersDocument } from '../gateway/operations.js';
import { SELDOM_MS, useAnswer } from '../gateway/use-answer.js';
import { NavLink } from '../shell/nav-link.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { useLater } from './later.js';

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
    <NavLink href="/inbox">
      {inbox.link}
      {count > 0 && (
        <span className="count nav-count" title={inbox.waiting(count, isMore)}>
          {inbox.count(count, isMore)}
        </span>
      )}
    </NavLink>
  );
}

function useWaiting(owner: string | null): { count: number; isMore: boolean } {
  const later = useLater();
  const asked = { memberId: owner ?? '', first: MOST };
  const asking = { about: owner, pollMs: SELDOM_MS, isPaused: owner === null };
  const { data, again } = useAnswer(WaitingOffersDocument, asked, asking);
  useAfterChanges(OFFERS_MS, (news) => news === 'all' || news.image?.owner !== owner, again);
  const { edges, pageInfo } = data?.sharedImages ?? { edges: [], pageInfo: { hasNextPage: false } };
  // An image that is not shared any more is not offered, though its members are stored.
  const waiting = edges.filter(({ node }) => node.image && !later.has(node.id));
  return { count: waiting.length, isMore: pageInfo.hasNextPage };
}
