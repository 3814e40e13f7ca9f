import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { DialogActions, TaskDialog } from '../../change/dialogs/task-dialog.js';
import { sent } from '../../change/send-change.js';
import { useSending } from '../../change/use-sending.js';
import { useConnection } from '../../gateway/connection.js';
import { LetMemberShareDocument, RemoveMemberDocument } from '../../gateway/operations.js';
import { say } from '../../messages/messages.js';
import { Choice } from '../../parts/choice.js';
import { useProjectText } from '../../parts/project.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { texts } from '../../texts/texts.js';
import type { Detail } from '../detail.js';

type Member = Detail['members'][number];

/** Lets a member share the image further, and takes it off the members. */
export function MemberControls({
  image,
  member: { memberId, tenant, canShare, status },
  onRemove,
}: {
  image: Detail;
  member: Member;
  /** The member is about to go. */
  onRemove: () => void;
}) {
  const client = useClient();
  const { trouble } = useConnection();
  const [isAsking, setAsking] = useState(false);
  const { isBusy, failure, send } = useSending();
  const { sharing } = texts;
  const project = useProjectText()(memberId, tenant);
  const member = { imageId: image.id, memberId };

  const letShare = (may: boolean) =>
    send(async () => {
      await sent(client, LetMemberShareDocument, { ...member, canShare: may });
    });
  const remove = () =>
    send(async () => {
      onRemove();
      await sent(client, RemoveMemberDocument, member);
      say(sharing.removed(project));
    });
  const loses = image.visibility === 'SHARED' && status === 'accepted';
  return (
    <>
      <div className="member-controls">
        <Choice
          name={sharing.mayShareOf(project)}
          isChosen={canShare}
          isDisabled={isBusy || trouble !== undefined}
          onChoose={(may) => void letShare(may)}
        >
          {sharing.mayShare}
        </Choice>
        <Button className="button" aria-label={sharing.removeOf(project)} onPress={() => setAsking(true)}>
          {sharing.remove}
        </Button>
      </div>
      {failure && !isAsking && <RefusedBox failure={failure} />}
      {isAsking && (
        <TaskDialog
          title={sharing.removeTitle(project)}
          isAlert
          isBusy={isBusy}
          onClose={() => setAsking(false)}
        >
          <p>{loses ? sharing.removeLoses : sharing.removeEffect}</p>
          {failure && <RefusedBox failure={failure} />}
          <DialogActions startsHere isBusy={isBusy} onCancel={() => setAsking(false)}>
            <Button
              className="button button-bad"
              isPending={isBusy}
              isDisabled={trouble !== undefined}
              onPress={() => void remove()}
            >
              {sharing.remove}
            </Button>
          </DialogActions>
        </TaskDialog>
      )}
    </>
  );
}
