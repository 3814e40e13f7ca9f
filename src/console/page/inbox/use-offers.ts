import { useState } from 'react';
import { useQuery } from 'urql';
import { useOnAttempt, usePolling } from '../gateway/ask-again.js';
import { failureIn } from '../gateway/failure.js';
import { OffersDocument, type OfferFragment } from '../gateway/operations.js';
import { useKept } from '../parts/use-kept.js';
import type { Shown } from './inbox-address.js';
import { useLater } from './later.js';

const PAGE = 50;
/** The gateway gives no larger page. */
const MOST = 1000;

const STATUSES = {
  waiting: 'PENDING',
  later: 'PENDING',
  accepted: 'ACCEPTED',
  rejected: 'REJECTED',
} as const;

/** An offer of an image that the project may see. */
export type Offer = OfferFragment & { image: NonNullable<OfferFragment['image']> };

/** Reads the images that are offered to a project, the oldest first. */
export function useOffers(project: string, show: Shown) {
  const [first, setFirst] = useState(PAGE);
  const later = useLater();
  const [{ data: latest, error, fetching, stale }, ask] = useQuery({
    query: OffersDocument,
    variables: { memberId: project, status: STATUSES[show], first },
    requestPolicy: 'cache-and-network',
  });
  const data = useKept(error ? undefined : latest, `${STATUSES[show]} ${project}`);
  const again = () => ask({ requestPolicy: 'network-only' });
  useOnAttempt(again);
  usePolling(again);
  const isShown = ({ id, status }: Offer) =>
    status.toUpperCase() === STATUSES[show] &&
    (show === 'later' || show === 'waiting' ? later.has(id) === (show === 'later') : true);
  return {
    /** Undefined until they are read. */
    offers: data?.sharedImages.edges
      .map(({ node }) => node)
      .filter((each): each is Offer => Boolean(each.image))
      .filter(isShown),
    failure: fetching || stale ? undefined : failureIn(error),
    hasMore: Boolean(data?.sharedImages.pageInfo.hasNextPage) && first < MOST,
    again,
    more: () => setFirst(Math.min(MOST, first + 2 * PAGE)),
  };
}
