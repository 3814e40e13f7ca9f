import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { DialogActions, TaskDialog } from '../../change/dialogs/task-dialog.js';
import { deleteImage } from '../delete-image.js';
import { useSending } from '../../change/use-sending.js';
import { say } from '../../messages/messages.js';
import { Choice } from '../../parts/choice.js';
import { RefusedBox } from '../../parts/refused-box.js';

/** The texts of a dialog that ends a transfer. */
export interface EndWords {
  title: (name: string) => string;
  effect: string;
  withImage: string;
  keep: string;
  end: string;
  done: (name: string) => string;
}

/** Asks before a transfer is ended, or replaced by another one, and whether its image is to go too. */
export function EndDialog({
  transfer: { id, name },
  words,
  isRisky = true,
  onEnd,
  onClose,
}: {
  transfer: { id: string; name: string };
  words: EndWords;
  /** False where nothing is lost. */
  isRisky?: boolean;
  /** Ends the transfer, and then deletes the image where that is wanted. */
  onEnd: (deletion: (() => Promise<void>) | undefined) => Promise<void>;
  onClose: () => void;
}) {
  const client = useClient();
  const [withImage, setWithImage] = useState(true);
  const { isBusy, failure, send } = useSending();
  const shown = name || id;

  const end = async () => {
    const isEnded = await send(async () => {
      await onEnd(withImage ? () => deleteImage(client, id) : undefined);
      say(words.done(shown));
    });
    if (isEnded) onClose();
  };
  return (
    <TaskDialog title={words.title(shown)} onClose={onClose} isBusy={isBusy} isAlert>
      <p>{words.effect}</p>
      <Choice isChosen={withImage} onChoose={setWithImage}>
        {words.withImage}
      </Choice>
      {failure && <RefusedBox failure={failure} />}
      <DialogActions cancel={words.keep} startsHere isBusy={isBusy} onCancel={onClose}>
        <Button
          className={isRisky ? 'button button-bad' : 'button button-main'}
          isPending={isBusy}
          onPress={() => void end()}
        >
          {words.end}
        </Button>
      </DialogActions>
    </TaskDialog>
  );
}
