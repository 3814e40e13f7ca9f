import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useConnection } from '../../gateway/connection.js';
import { Facts } from '../../image/facts.js';
import { shownSize } from '../../parts/format.js';
import { FailureBox, Skeleton } from '../../parts/states.js';
import { shownText } from '../../parts/unseen.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import { NOTHING_DELETED, type TaskEnd } from '../tasks.js';
import { isLeaving } from '../change.js';
import { CannotBeUndone } from './cannot-be-undone.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { DialogActions, TaskDialog } from './task-dialog.js';
import { TypeAgain } from './type-again.js';
import { useImageNow, type ImageNow } from '../../gateway/use-image-now.js';
import { useOneChange } from './use-one-change.js';

/** Deletes one image, after it is clear which one, and who uses it. */
export function DeleteOne({ id, name, onEnd }: { id: string; name: string; onEnd: (end: TaskEnd) => void }) {
  const { image, facts, failure, again } = useImageNow(id);
  const shown = shownText(name);
  const { isBusy, failure: refused, make } = useOneChange(id, shown);
  const { trouble } = useConnection();
  const [typed, setTyped] = useState('');
  const { deletion } = texts;

  const isGone = image === null || (image !== undefined && isLeaving(image));
  const isReady = image && !isGone && !image.protected;
  const mustType = image !== undefined && image !== null && isUsedByOthers(image);
  const remove = async () => {
    if (await make({ kind: 'delete' })) onEnd({ deleted: [id] });
  };
  const unprotect = async () => {
    if (await make({ kind: 'unprotect' })) again();
  };
  const close = () => onEnd(isGone ? { deleted: [id] } : NOTHING_DELETED);
  const isHeld = isBusy || trouble !== undefined;
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
            <CannotBeUndone keptSeconds={facts?.gateway.deletion?.delayedSeconds} />
          )}
          {isReady && mustType && (
            <TypeAgain label={deletion.typeName} wanted={name} typed={typed} onType={setTyped} />
          )}
        </>
      )}
      {refused && <RefusedBox failure={refused} />}
      <DialogActions startsHere isBusy={isBusy} cancel={isGone ? texts.close : undefined} onCancel={close}>
        {image?.protected && !isGone && (
          <Button className="button" isDisabled={isHeld} onPress={() => void unprotect()}>
            {texts.change.labels.unprotect}
          </Button>
        )}
        {isReady && (
          <Button
            className="button button-bad"
            isDisabled={isHeld || (mustType && typed !== name)}
            onPress={() => void remove()}
          >
            {deletion.button(shown)}
          </Button>
        )}
      </DialogActions>
    </TaskDialog>
  );
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
      {all.slice(0, MOST_MEMBERS).map(({ id, memberId }) => (
        <span key={id}>
          <code>{memberId}</code>{' '}
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
