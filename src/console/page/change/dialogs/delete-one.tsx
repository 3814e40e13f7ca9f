import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useConnection } from '../../gateway/connection.js';
import { Facts } from '../../image/facts.js';
import { shortId, shownSize } from '../../parts/format.js';
import { WholeProject } from '../../parts/project.js';
import { FailureBox, Skeleton } from '../../parts/states.js';
import { hasUnseen, shownText } from '../../parts/unseen.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import { NOTHING_DELETED, type TaskEnd } from '../task.js';
import { isLeaving } from '../change.js';
import { CannotBeUndone } from './cannot-be-undone.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { DialogActions, TaskDialog } from './task-dialog.js';
import { TypeAgain } from './type-again.js';
import { useImageNow, type ImageNow } from '../../gateway/use-image-now.js';
import { useOneChange } from './use-one-change.js';

/**
 * Deletes one image, after it is clear which one, and who uses it.
 *
 * @param known the name as far as it is known before the image is read
 */
export function DeleteOne({
  id,
  name: known,
  onEnd,
}: {
  id: string;
  name: string | undefined;
  onEnd: (end: TaskEnd) => void;
}) {
  const { image, facts, failure, again } = useImageNow(id);
  const name = image?.name || known || id;
  const shown = shownText(name);
  const { isBusy, failure: refused, make } = useOneChange(id, shown);
  const { trouble } = useConnection();
  const [typed, setTyped] = useState('');
  const { deletion } = texts;

  const isGone = image === null || (image !== undefined && isLeaving(image));
  const isReady = image && !isGone && !image.protected;
  const wanted = isTypeable(name) ? name : shortId(id);
  const mustType = image !== undefined && image !== null && isUsedByOthers(image);
  const remove = async () => {
    if (await make({ kind: 'delete' })) onEnd({ deleted: [id] });
  };
  const unprotect = async () => {
    // The deletion begins anew: a second click must not meet its button.
    if (await make({ kind: 'unprotect' })) onEnd(NOTHING_DELETED);
  };
  const close = () => onEnd(isGone ? { deleted: [id] } : NOTHING_DELETED);
  return (
    <TaskDialog title={deletion.title(shown)} isAlert isBusy={isBusy} onClose={close}>
      {failure && <FailureBox failure={failure} again={again} />}
      {image === undefined && !failure && <Skeleton rows={4} />}
      {isGone && <p role="status">{deletion.gone}</p>}
      {image && !isGone && (
        <>
          <Identity image={image} />
          {image.protected ? (
            <p role="status">{deletion.protected}</p>
          ) : (
            <CannotBeUndone
              keptSeconds={image.status === 'queued' ? undefined : facts?.gateway.deletion?.delayedSeconds}
            />
          )}
          {isReady && mustType && (
            <TypeAgain
              label={isTypeable(name) ? deletion.typeName : deletion.typeId}
              wanted={wanted}
              typed={typed}
              onType={setTyped}
            />
          )}
        </>
      )}
      {refused && <RefusedBox failure={refused} />}
      <DialogActions startsHere isBusy={isBusy} cancel={isGone ? texts.close : undefined} onCancel={close}>
        {image?.protected && !isGone && (
          <Button
            className="button"
            isPending={isBusy}
            isDisabled={trouble !== undefined}
            onPress={() => void unprotect()}
          >
            {texts.change.labels.unprotect}
          </Button>
        )}
        {isReady && (
          <Button
            className="button button-bad"
            isPending={isBusy}
            isDisabled={trouble !== undefined || (mustType && typed !== wanted)}
            onPress={() => void remove()}
          >
            {deletion.button(shown)}
          </Button>
        )}
      </DialogActions>
    </TaskDialog>
  );
}

/** Returns true for a name that a reader sees whole, and that a field takes. */
function isTypeable(name: string): boolean {
  return !hasUnseen(name) && !/\s{2}|[\r\n]/.test(name);
}

/** Says which image it is, and who uses it. */
function Identity({ image }: { image: ImageNow }) {
  const { deletion, image: labels, visibilities } = texts;
  return (
    <Facts
      facts={[
        [labels.name, image.name ? <Visible text={image.name} /> : texts.unnamed],
        [labels.id, <code key="id">{image.id}</code>],
        [labels.size, image.size ? shownSize(image.size) : deletion.noData],
        [labels.visibility, visibilities[image.visibility]],
        [
          labels.sharing,
          image.members.length > 0 && image.visibility === 'SHARED' ? <Members image={image} /> : null,
        ],
      ]}
    />
  );
}

/** The projects that have the image; those that accepted it come first. */
function Members({ image }: { image: ImageNow }) {
  const accepted = acceptedIn(image);
  const all = [...accepted, ...image.members.filter((member) => !accepted.includes(member))];
  return (
    <>
      {texts.deletion.members(all.length, accepted.length)}{' '}
      {all.slice(0, MOST_MEMBERS).map(({ id, memberId, tenant }) => (
        <span key={id}>
          <WholeProject id={memberId} known={tenant} />{' '}
        </span>
      ))}
      {all.length > MOST_MEMBERS && texts.deletion.moreMembers(all.length - MOST_MEMBERS)}
    </>
  );
}

const MOST_MEMBERS = 10;

function isUsedByOthers(image: ImageNow): boolean {
  return ['PUBLIC', 'COMMUNITY'].includes(image.visibility) || acceptedIn(image).length > 0;
}

function acceptedIn({ members }: ImageNow) {
  return members.filter(({ status }) => status === 'accepted');
}
