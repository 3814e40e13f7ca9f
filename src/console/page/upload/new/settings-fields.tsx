import { useId } from 'react';
import { Button, Label, TextArea, TextField as Field, FieldError } from 'react-aria-components';
import { AddTag } from '../../edit/add-tag.js';
import { TextField } from '../../edit/fields.js';
import { VisibilityChoice } from '../../edit/visibility-choice.js';
import { Choice } from '../../parts/choice.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import type { Settings } from './drafts.js';

/** The fields that one form sets for all files, or for one. */
export function SettingsFields({
  settings,
  faults,
  onChange,
}: {
  settings: Settings;
  faults: Readonly<Record<string, string>>;
  onChange: (part: Partial<Settings>) => void;
}) {
  const id = useId();
  const { edit, newImageForm } = texts;
  return (
    <div className="settings">
      <VisibilityChoice
        chosen={settings.visibility}
        kept={[]}
        onChoose={(visibility) => onChange({ visibility })}
      />
      <Choice isChosen={settings.protected} onChoose={(is) => onChange({ protected: is })}>
        {edit.fields.protected}
      </Choice>
      <Tags settings={settings} fault={faults.tags} onChange={onChange} />
      <Field
        className="field"
        value={settings.properties}
        isInvalid={faults.properties !== undefined}
        onChange={(properties) => onChange({ properties })}
      >
        <Label>{texts.image.properties}</Label>
        <TextArea className="input" rows={3} placeholder={texts.properties.pasteHint} spellCheck="false" />
        <FieldError className="field-error">{faults.properties}</FieldError>
      </Field>
      <div className="field-row">
        {(['minDisk', 'minRam'] as const).map((field) => (
          <TextField
            key={field}
            id={`${id}-${field}`}
            label={edit.fields[field]}
            value={settings[field]}
            error={faults[field]}
            inputMode="numeric"
            onChange={(value) => onChange({ [field]: value })}
          />
        ))}
      </div>
      <p className="said">{newImageForm.settingsHint}</p>
    </div>
  );
}

function Tags({
  settings: { tags, newTag },
  fault,
  onChange,
}: {
  settings: Settings;
  fault: string | undefined;
  onChange: (part: Partial<Settings>) => void;
}) {
  return (
    <div className="tags">
      {tags.length > 0 && (
        <ul className="chips" aria-label={texts.image.tags}>
          {tags.map((tag) => (
            <li key={tag} className="chip">
              <span className="chip-text">
                <Visible text={tag} />
              </span>
              <Button
                className="icon-button"
                aria-label={texts.tagEditor.remove(tag)}
                onPress={() => onChange({ tags: tags.filter((each) => each !== tag) })}
              >
                <span aria-hidden="true">✕</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <AddTag
        typed={newTag}
        onType={(text) => onChange({ newTag: text })}
        onAdd={(tag) => onChange({ tags: [...new Set([...tags, tag])] })}
      />
      {fault && <p className="field-error">{fault}</p>}
    </div>
  );
}
