import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { DialogActions, TaskDialog } from '../../change/dialogs/task-dialog.js';
import { sendChange } from '../../change/send-change.js';
import { Failure } from '../../gateway/failure.js';
import { say } from '../../messages/messages.js';
import { Choice } from '../../parts/choice.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { texts } from '../../texts/texts.js';
import { meansGone } from '../../change/change.js';

/** Asks before it ends an upload, and whether its image is to go too. */
export function GiveUp({
  upload: { id, name },
  onEnd,
  onClose,
}: {
  upload: { id: string; name: string };
  /** Ends the upload, and then deletes the image where that is wanted. */
  onEnd: (deleteImage: (() => Promise<void>) | undefined) => Promise<void>;
  onClose: () => void;
}) {
  const client = useClient();
  const [withImage, setWithImage] = useState(true);
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setBusy] = useState(false);
  const { uploads: words } = texts;
  const shown = name || id;

  const end = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onEnd(withImage ? deleteImage : undefined);
      say(words.givenUp(shown));
      onClose();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const deleteImage = async () => {
    const [{ error }] = await sendChange(client, { kind: 'delete' }, [id]);
    if (error && !meansGone(error.code)) throw new Failure(error.code, error.message);
  };
  return (
    <TaskDialog title={words.giveUpTitle(shown)} onClose={onClose} isBusy={isBusy} isAlert>
      <p>{words.giveUpEffect}</p>
      <Choice isChosen={withImage} onChoose={setWithImage}>
        {words.withImage}
      </Choice>
      {failure && <RefusedBox failure={failure} />}
      <DialogActions cancel={words.keep} startsHere isBusy={isBusy} onCancel={onClose}>
        <Button className="button button-bad" isPending={isBusy} onPress={() => void end()}>
          {words.giveUp}
        </Button>
      </DialogActions>
    </TaskDialog>
  );
}
