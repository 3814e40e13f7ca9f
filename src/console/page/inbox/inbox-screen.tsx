import { Button } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { LateNames } from '../parts/late-names.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { useFocusWhenLost } from '../parts/use-focus-when-lost.js';
import { useStart } from '../shell/start.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { readInbox, SHOWN, writeInbox, type Shown } from './inbox-address.js';
import { OfferItem } from './offer-item.js';
import { ProjectForm } from './project-form.js';
import { useOffers } from './use-offers.js';

/** The images that others offer to the viewer's project, or to the one that an administrator chooses. */
export default function InboxScreen() {
  const { viewer } = useStart();
  const [, navigate] = useLocation();
  const address = readInbox(useSearch());
  const project = (viewer.isAdmin && address.project) || viewer.owner;
  const { inbox } = texts;
  useTitle(inbox.title);
  return (
    <article className="inbox">
      <h1>{inbox.title}</h1>
      <p className="said">{inbox.hint}</p>
      {viewer.isAdmin && (
        <ProjectForm
          key={project}
          project={project ?? ''}
          onChoose={(chosen) =>
            navigate(`/inbox${writeInbox({ ...address, project: chosen === viewer.owner ? '' : chosen })}`)
          }
        />
      )}
      {project !== null && (
        <>
          <nav className="tabs" aria-label={inbox.which}>
            {SHOWN.map((each) => (
              <Link
                key={each}
                href={`/inbox${writeInbox({ ...address, show: each })}`}
                aria-current={each === address.show ? 'page' : undefined}
              >
                {inbox.shown[each]}
              </Link>
            ))}
          </nav>
          <Offers key={`${address.show} ${project}`} project={project} show={address.show} />
        </>
      )}
    </article>
  );
}

function Offers({ project, show }: { project: string; show: Shown }) {
  const { offers, failure, hasMore, again, more } = useOffers(project, show);
  const { inbox } = texts;
  const line = useFocusWhenLost<HTMLParagraphElement>(offers ?? []);
  return (
    <>
      {failure && !offers && <FailureBox failure={failure} again={again} />}
      {!offers && !failure && <Skeleton rows={4} />}
      {offers && (
        <>
          <p ref={line} role="status" tabIndex={-1} className="inbox-line">
            {offers.length === 0 ? inbox.none[show] : texts.imageCount(offers.length)}
          </p>
          <LateNames ask={again}>
            <ul className="offers" aria-label={inbox.shown[show]}>
              {offers.map((offer) => (
                <OfferItem key={offer.id} offer={offer} isLater={show === 'later'} />
              ))}
            </ul>
          </LateNames>
        </>
      )}
      {hasMore && (
        <Button className="button" onPress={more}>
          {inbox.more}
        </Button>
      )}
    </>
  );
}
