import { DialogActions, TaskDialog } from '../change/dialogs/task-dialog.js';
import { useImageNow } from '../gateway/use-image-now.js';
import { NOTHING_DELETED, type TaskEnd } from '../change/task.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { shownText } from '../parts/unseen.js';
import { texts } from '../texts/texts.js';
import { Confirm } from './confirm.js';
import { ConflictChoice } from './conflict-choice.js';
import { shownField } from './shown-field.js';
import { EditForm } from './edit-form.js';
import { useEditor } from './use-editor.js';

/** Changes the record of one image. */
export function EditImage({ id, name, onEnd }: { id: string; name: string; onEnd: (end: TaskEnd) => void }) {
  const { image, facts, failure, again } = useImageNow(id);
  const editor = useEditor(id, image, () => onEnd(NOTHING_DELETED));
  const close = () => onEnd(editor.isGone ? { deleted: [id] } : NOTHING_DELETED);
  return (
    <TaskDialog title={texts.edit.title(shownText(name))} isBusy={editor.isBusy} onClose={close}>
      {body()}
    </TaskDialog>
  );

  function body() {
    const { base, draft, step } = editor;
    if (editor.isGone)
      return (
        <>
          <p role="status">{texts.edit.gone}</p>
          <DialogActions startsHere cancel={texts.close} onCancel={close} />
        </>
      );
    if (!base || !draft || !facts)
      return (
        <>
          {failure ? <FailureBox failure={failure} again={again} /> : <Skeleton rows={6} />}
          <DialogActions startsHere onCancel={close} />
        </>
      );
    if (step === 'conflict')
      return (
        <ConflictChoice
          conflicts={editor.conflicts}
          shown={shownField}
          onChoose={editor.settle}
          onCancel={close}
        />
      );
    if (step === 'confirm')
      return (
        <Confirm
          sentences={editor.effects}
          isBusy={editor.isBusy}
          onConfirm={editor.confirm}
          onBack={editor.back}
        />
      );
    return <EditForm editor={{ ...editor, base, draft }} formats={facts.formats} onCancel={close} />;
  }
}
