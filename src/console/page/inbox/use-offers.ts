import { useState } from 'react';
import { OffersDocument, type OfferFragment } from '../gateway/operations.js';
import { useAnswer } from '../gateway/use-answer.js';
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
  const status = STATUSES[show];
  const asked = { memberId: project, status, first };
  const { data, failure, again } = useAnswer(OffersDocument, asked, { about: `${status} ${project}` });
  const isShown = ({ id, status: own }: Offer) =>
    own.toUpperCase() === status &&
    (show === 'later' || show === 'waiting' ? later.has(id) === (show === 'later') : true);
  return {
    /** Undefined until they are read. */
    offers: data?.sharedImages.edges
      .map(({ node }) => node)
      .filter((each): each is Offer => Boolean(each.image))
      .filter(isShown),
    failure,
    hasMore: Boolean(data?.sharedImages.pageInfo.hasNextPage) && first < MOST,
    again,
    more: () => setFirst(Math.min(MOST, first + 2 * PAGE)),
  };
}
