import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { DialogActions, TaskDialog } from '../change/dialogs/task-dialog.js';
import { sent } from '../change/send-change.js';
import { useSending } from '../change/use-sending.js';
import { useConnection } from '../gateway/connection.js';
import { AcceptImageDocument, RejectImageDocument } from '../gateway/operations.js';
import { say } from '../messages/messages.js';
import { CopiedProject, useProjectText, type Known } from '../parts/project.js';
import { RefusedBox } from '../parts/refused-box.js';
import { shownText } from '../parts/unseen.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';

/** An image that is offered to a project. */
export interface OfferedImage {
  imageId: string;
  memberId: string;
  tenant?: Known;
  /** The present answer, as the gateway has it. */
  status: string;
  /** The name of the image, or its id. */
  name: string;
}

type Answer = 'accept' | 'reject';

/** Accepts or rejects an image. An administrator who answers for another project confirms it first. */
export function AnswerButtons({
  offer: { imageId, memberId, tenant, status, name },
  children,
}: {
  offer: OfferedImage;
  /** More that one can do with the offer. */
  children?: React.ReactNode;
}) {
  const client = useClient();
  const { viewer } = useStart();
  const { trouble } = useConnection();
  const { isBusy, failure, send } = useSending();
  const [asked, setAsked] = useState<Answer>();
  const { inbox } = texts;
  const shown = shownText(name);
  const project = useProjectText()(memberId, tenant);
  const isOwn = memberId === viewer.owner;

  const answer = async (which: Answer) => {
    const isDone = await send(async () => {
      const variables = { id: imageId, memberId: isOwn ? null : memberId };
      if (which === 'accept') await sent(client, AcceptImageDocument, variables);
      else await sent(client, RejectImageDocument, variables);
      say(inbox.done[which](shown));
    });
    if (isDone) setAsked(undefined);
  };
  const button = (which: Answer) => (
    <Button
      className={which === 'accept' ? 'button button-main' : 'button'}
      aria-label={inbox.buttonOf[which](shown)}
      isPending={isBusy}
      isDisabled={trouble !== undefined}
      onPress={() => (isOwn ? void answer(which) : setAsked(which))}
    >
      {inbox.buttons[which]}
    </Button>
  );
  if (viewer.readOnly) return null;
  return (
    <>
      {failure && !asked && <RefusedBox failure={failure} />}
      <div className="answers">
        {status !== 'accepted' && button('accept')}
        {status !== 'rejected' && button('reject')}
        {children}
      </div>
      {asked && (
        <TaskDialog
          title={inbox.forOther[asked](shown, project)}
          isAlert
          isBusy={isBusy}
          onClose={() => setAsked(undefined)}
        >
          <p>{inbox.forOtherEffect}</p>
          {project !== shownText(memberId) && (
            <p>
              <CopiedProject id={memberId} known={tenant} what={inbox.project} />
            </p>
          )}
          {failure && <RefusedBox failure={failure} />}
          <DialogActions startsHere isBusy={isBusy} onCancel={() => setAsked(undefined)}>
            <Button
              className="button button-main"
              isPending={isBusy}
              isDisabled={trouble !== undefined}
              onPress={() => void answer(asked)}
            >
              {inbox.buttons[asked]}
            </Button>
          </DialogActions>
        </TaskDialog>
      )}
    </>
  );
}
