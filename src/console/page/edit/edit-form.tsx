import { Button, Form } from 'react-aria-components';
import { DialogActions } from '../change/dialogs/task-dialog.js';
import { RefusedBox } from '../parts/refused-box.js';
import type { ImageNow } from '../gateway/use-image-now.js';
import { useConnection } from '../gateway/connection.js';
import { Choice } from '../parts/choice.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import type { Draft } from './draft.js';
import { visibilityWarning } from './effects.js';
import { ErrorSummary } from './error-summary.js';
import { SelectField, TextField } from './fields.js';
import { ProjectField } from './project-field.js';
import type { Editor } from './use-editor.js';
import { VisibilityChoice } from './visibility-choice.js';

/** The fields of an image. */
export function EditForm({
  editor: { base, draft, faults, failure, isBusy, save, setDraft },
  formats,
  onCancel,
}: {
  editor: Editor & { base: ImageNow; draft: Draft };
  formats: { disk: readonly string[]; container: readonly string[] };
  onCancel: () => void;
}) {
  const { viewer } = useStart();
  const { trouble } = useConnection();
  const { edit } = texts;
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part } as Draft);
  const text = (field: 'name' | 'owner' | 'minDisk' | 'minRam') => ({
    id: `edit-${field}`,
    label: edit.fields[field],
    value: draft[field],
    error: faults[field],
    onChange: (value: string) => set({ [field]: value }),
  });
  const warning = visibilityWarning(base, draft.visibility);
  const hasData = base.status !== 'queued';
  return (
    <Form
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <ErrorSummary faults={faults} labels={edit.fields} />
      {failure && <RefusedBox failure={failure} />}
      <TextField {...text('name')} autoFocus />
      <VisibilityChoice
        chosen={draft.visibility}
        kept={[base.visibility]}
        onChoose={(visibility) => set({ visibility })}
      />
      <p role="status" className="warning">
        {warning}
      </p>
      <Choice isChosen={draft.protected} onChoose={(is) => set({ protected: is })}>
        {edit.fields.protected}
      </Choice>
      <Choice isChosen={draft.hidden} onChoose={(hidden) => set({ hidden })}>
        {edit.fields.hidden}
      </Choice>
      <div className="field-row">
        {(['diskFormat', 'containerFormat'] as const).map((field) => (
          <SelectField
            key={field}
            id={`edit-${field}`}
            label={edit.fields[field]}
            value={draft[field]}
            values={field === 'diskFormat' ? formats.disk : formats.container}
            error={faults[field]}
            whyDisabled={hasData ? edit.formatFixed : undefined}
            onChange={(value) => set({ [field]: value })}
          />
        ))}
        <TextField {...text('minDisk')} inputMode="numeric" />
        <TextField {...text('minRam')} inputMode="numeric" />
      </div>
      {viewer.can.setOwner && <ProjectField {...text('owner')} hint={edit.ownerHint} />}
      <DialogActions isBusy={isBusy} onCancel={onCancel}>
        <Button
          className="button button-main"
          type="submit"
          isPending={isBusy}
          isDisabled={trouble !== undefined}
        >
          {texts.save}
        </Button>
      </DialogActions>
    </Form>
  );
}
