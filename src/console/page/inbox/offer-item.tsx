import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { Copied } from '../parts/copied.js';
import { CopiedProject } from '../parts/project.js';
import { Facts } from '../image/facts.js';
import { exactSize } from '../parts/format.js';
import { shownText } from '../parts/unseen.js';
import { FullTime, Status } from '../parts/values.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';
import { AnswerButtons } from './answer-buttons.js';
import { decideLater } from './later.js';
import type { Offer } from './use-offers.js';

/** An image that is offered: whose it is, what it is, and the answers. */
export function OfferItem({ offer, isLater }: { offer: Offer; isLater: boolean }) {
  const { id, imageId, memberId, tenant, status, createdAt, image } = offer;
  const { inbox, image: labels } = texts;
  const name = image.name || imageId;
  const { checksum, hash } = image;
  return (
    <li className="offer" aria-label={shownText(name)}>
      <h2>
        <Link href={`/images/${imageId}`}>
          <Visible text={name} />
        </Link>{' '}
        <Status status={image.status} />
      </h2>
      <Facts
        facts={[
          [
            inbox.from,
            image.owner && <CopiedProject id={image.owner} known={image.ownerTenant} what={labels.project} />,
          ],
          [labels.size, image.size ? exactSize(image.size) : null],
          [labels.format, image.diskFormat],
          [labels.md5, checksum && <Copied text={checksum} what={labels.md5} />],
          [hash?.algorithm.toUpperCase() ?? '', hash && <Copied text={hash.value} what={hash.algorithm} />],
          [inbox.since, <FullTime key="since" time={createdAt} />],
        ]}
      />
      <AnswerButtons offer={{ imageId, memberId, tenant, status, name }}>
        {status === 'pending' && (
          <Button
            className="button"
            aria-label={(isLater ? inbox.nowOf : inbox.laterOf)(shownText(name))}
            onPress={() => decideLater(id, !isLater)}
          >
            {isLater ? inbox.now : inbox.later}
          </Button>
        )}
      </AnswerButtons>
    </li>
  );
}
