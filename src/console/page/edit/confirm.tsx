import { Button } from 'react-aria-components';
import { DialogActions } from '../change/dialogs/task-dialog.js';
import { useConnection } from '../gateway/connection.js';
import { texts } from '../texts/texts.js';

/** Says what a change brings about before it is made. */
export function Confirm({
  sentences,
  isBusy,
  onConfirm,
  onBack,
}: {
  sentences: readonly string[];
  isBusy: boolean;
  onConfirm: () => void;
  onBack: () => void;
}) {
  const { trouble } = useConnection();
  return (
    <>
      <div role="status">
        {sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <DialogActions startsHere isBusy={isBusy} cancel={texts.edit.back} onCancel={onBack}>
        <Button
          className="button button-main"
          isPending={isBusy}
          isDisabled={trouble !== undefined}
          onPress={onConfirm}
        >
          {texts.edit.confirm}
        </Button>
      </DialogActions>
    </>
  );
}
