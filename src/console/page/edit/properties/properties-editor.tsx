import { useState } from 'react';
import { Button, Input, Label, SearchField } from 'react-aria-components';
import { RefusedBox } from '../../parts/refused-box.js';
import { useImageNow } from '../../gateway/use-image-now.js';
import { useConnection } from '../../gateway/connection.js';
import { useDefinitions } from '../../gateway/use-definitions.js';
import { FailureBox, Skeleton } from '../../parts/states.js';
import { texts } from '../../texts/texts.js';
import { ConflictChoice } from '../conflict-choice.js';
import { AddProperty } from './add-property.js';
import { PasteProperties } from './paste-properties.js';
import { PropertyLine } from './property-line.js';
import { countOf } from './rows.js';
import { useProperties } from './use-properties.js';

/** Changes the properties of one image. This module and what only it needs is loaded when somebody edits them. */
export default function PropertiesEditor({ id, onClose }: { id: string; onClose: () => void }) {
  const { image, facts, failure, again } = useImageNow(id);
  const editor = useProperties(id, image, onClose);
  const [search, setSearch] = useState('');
  const [isTried, setTried] = useState(false);
  const { trouble } = useConnection();
  const definitions = useDefinitions();
  const { properties: labels } = texts;
  const { rows } = editor;

  if (editor.isGone) return <p role="alert">{texts.edit.gone}</p>;
  if (!editor.isRead && failure) return <FailureBox failure={failure} again={again} />;
  if (!editor.isRead) return <Skeleton rows={6} />;
  if (editor.conflicts)
    return (
      <ConflictChoice
        conflicts={editor.conflicts}
        shown={(name, value) => ({
          label: name,
          value: value === undefined ? labels.notThere : String(value),
        })}
        onChoose={editor.settle}
        onCancel={editor.back}
      />
    );

  const most = facts?.viewer.quota.propertiesPerImage ?? null;
  const count = countOf(rows);
  const isTooMany = most !== null && count > most;
  const faulty = rows.filter((row) => editor.faultOf(row));
  const words = search.toLowerCase().split(/\s+/);
  const shown = rows.filter(({ name, value }) =>
    words.every((word) => name.toLowerCase().includes(word) || value.toLowerCase().includes(word)),
  );
  const save = () => {
    setTried(true);
    if (!isTooMany && faulty.length === 0) editor.save();
  };
  return (
    <>
      {editor.isOld && <p role="status">{labels.unsaved}</p>}
      <div className="line">
        <SearchField className="field" value={search} onChange={setSearch}>
          <Label>{labels.search}</Label>
          <Input className="input" />
        </SearchField>
        <span role="status" className={isTooMany ? 'field-error' : 'said'}>
          {most === null ? labels.count(count) : labels.countOf(count, most)}
        </span>
      </div>
      {shown.length === 0 && (
        <p className="nothing">{rows.length === 0 ? texts.image.noProperties : labels.noneFound}</p>
      )}
      {shown.length > 0 && (
        <table role="table" className="table table-edit">
          <caption className="unseen">{texts.image.properties}</caption>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                {texts.image.property}
              </th>
              <th role="columnheader" scope="col">
                {texts.image.value}
              </th>
              <th role="columnheader" scope="col">
                {labels.state}
              </th>
              <th role="columnheader" scope="col">
                <span className="unseen">{texts.columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {shown.map((row) => (
              <PropertyLine
                key={row.name}
                row={row}
                definitions={definitions.get(row.name) ?? []}
                editor={editor}
              />
            ))}
          </tbody>
        </table>
      )}
      <AddProperty names={rows.map(({ name }) => name)} definitions={definitions} onAdd={editor.set} />
      <PasteProperties onAdd={editor.setAll} />
      {isTried && isTooMany && <p role="alert">{labels.tooMany(most)}</p>}
      {isTried && faulty.length > 0 && <p role="alert">{labels.faulty(faulty.map(({ name }) => name))}</p>}
      {editor.failure && <RefusedBox failure={editor.failure} />}
      <div className="dialog-actions">
        <Button className="button" isDisabled={editor.isBusy} onPress={editor.discard}>
          {editor.isChanged ? labels.discard : texts.cancel}
        </Button>
        <Button
          className="button button-main"
          isPending={editor.isBusy}
          isDisabled={!editor.isChanged || trouble !== undefined}
          onPress={save}
        >
          {texts.save}
        </Button>
      </div>
    </>
  );
}
