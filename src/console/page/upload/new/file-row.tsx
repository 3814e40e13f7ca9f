import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { SelectField, TextField } from '../../edit/fields.js';
import { Choice } from '../../parts/choice.js';
import { Size } from '../../parts/values.js';
import { shownText } from '../../parts/unseen.js';
import { texts } from '../../texts/texts.js';
import type { ChosenFile } from '../chosen.js';
import { expectedOf, faultsIn, setDraft, type ImageDraft, type Limits, type Settings } from './drafts.js';
import { DigestField } from './digest-field.js';
import { ProposalsChoice } from './proposals-choice.js';
import { SettingsFields } from './settings-fields.js';

/** One file, and the image that it becomes. */
export function FileRow({
  chosen,
  draft,
  shared,
  sums,
  formats,
  limits,
  faults,
  onRemove,
}: {
  chosen: ChosenFile;
  draft: ImageDraft;
  shared: Settings;
  /** A file of sums for all files. */
  sums: string;
  formats: { disk: readonly string[]; container: readonly string[] };
  limits: Limits;
  /** Sentences that say why the gateway would refuse it. */
  faults: readonly string[];
  onRemove: () => void;
}) {
  const id = useId();
  const { file, key } = chosen;
  const [isOpen, setOpen] = useState(draft.own !== undefined);
  const set = (part: Partial<ImageDraft>) => setDraft(key, { ...draft, ...part });
  const { newImageForm, edit } = texts;
  const fileName = shownText(file.name);
  return (
    <li className="chosen" aria-label={fileName}>
      <div className="chosen-head">
        <span className="chosen-file">{fileName}</span>
        <Size bytes={file.size} />
        <Button className="button" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
          {newImageForm.more} <span className="unseen">{newImageForm.of(fileName)}</span>
        </Button>
        <Button className="icon-button" aria-label={newImageForm.remove(fileName)} onPress={onRemove}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      <div className="field-row">
        <TextField
          id={`${id}-name`}
          label={edit.fields.name}
          value={draft.name}
          error={[...draft.name].length > LONGEST ? edit.tooLong : undefined}
          onChange={(name) => set({ name })}
        />
        <SelectField
          id={`${id}-disk`}
          label={edit.fields.diskFormat}
          value={draft.diskFormat}
          values={formats.disk}
          onChange={(diskFormat) => set({ diskFormat })}
        />
      </div>
      <ul className="notes">
        {notesOf(draft).map((note) => (
          <li key={note} className="said">
            {note}
          </li>
        ))}
        {faults.map((fault) => (
          <li key={fault} className="field-error">
            {fault}
          </li>
        ))}
      </ul>
      <ProposalsChoice proposals={draft.proposals} onChange={(proposals) => set({ proposals })} />
      {isOpen && (
        <div className="chosen-more">
          <SelectField
            id={`${id}-container`}
            label={edit.fields.containerFormat}
            value={draft.containerFormat}
            values={formats.container}
            onChange={(containerFormat) => set({ containerFormat })}
          />
          <DigestField
            sums={draft.sums}
            expected={expectedOf(draft, chosen, sums)}
            onChange={(own) => set({ sums: own })}
          />
          <Choice isChosen={draft.own !== undefined} onChoose={(is) => set({ own: is ? shared : undefined })}>
            {newImageForm.own}
          </Choice>
          {draft.own && (
            <SettingsFields
              settings={draft.own}
              faults={faultsIn(draft.own, limits)}
              onChange={(part) => set({ own: { ...draft.own!, ...part } })}
            />
          )}
        </div>
      )}
    </li>
  );
}

const LONGEST = 255;

/** Says what is known of the data's format. */
function notesOf({ guess }: ImageDraft): string[] {
  const { newImageForm } = texts;
  const { basis, diskFormat, nameSays, compression, warning } = guess;
  return [
    newImageForm.basis[basis](diskFormat),
    ...(nameSays ? [newImageForm.differs(nameSays, diskFormat)] : []),
    ...(compression ? [newImageForm.compressed(compression)] : []),
    ...(warning ? [newImageForm.warnings[warning]] : []),
  ];
}
