import { Button } from 'react-aria-components';
import { useConnection } from '../../gateway/connection.js';
import { texts } from '../../texts/texts.js';
import { NOTHING_DELETED, type TaskEnd } from '../task.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { shownText } from '../../parts/unseen.js';
import { DialogActions, TaskDialog } from './task-dialog.js';
import { useOneChange } from './use-one-change.js';

/** Withholds the data of one image, after saying what that means for its users. */
export function WithholdOne({
  id,
  name,
  onEnd,
}: {
  id: string;
  name: string;
  onEnd: (end: TaskEnd) => void;
}) {
  const { isBusy, failure, make } = useOneChange(id, shownText(name));
  const { trouble } = useConnection();
  const withhold = async () => {
    if (await make({ kind: 'withhold' })) onEnd(NOTHING_DELETED);
  };
  const close = () => onEnd(NOTHING_DELETED);
  return (
    <TaskDialog title={texts.withholding.title(shownText(name))} isAlert isBusy={isBusy} onClose={close}>
      <p>{texts.withholding.effect}</p>
      {failure && <RefusedBox failure={failure} />}
      <DialogActions startsHere isBusy={isBusy} onCancel={close}>
        <Button
          className="button button-main"
          isPending={isBusy}
          isDisabled={trouble !== undefined}
          onPress={() => void withhold()}
        >
          {texts.change.labels.withhold}
        </Button>
      </DialogActions>
    </TaskDialog>
  );
}
