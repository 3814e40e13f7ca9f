import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { SelectField, TextField } from '../edit/fields.js';
import { useConnection } from '../gateway/connection.js';
import { Failure } from '../gateway/failure.js';
import type { NewImageFactsQuery } from '../gateway/operations.js';
import { ownerOf } from '../parts/owned-work.js';
import { RefusedBox } from '../parts/refused-box.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { deleteImage } from '../upload/delete-image.js';
import { faultsOf } from '../upload/files/checks.js';
import { checkedFacts, limitsIn, saidFault } from '../upload/new/checked-facts.js';
import { DigestField } from '../upload/new/digest-field.js';
import { faultsIn } from '../upload/new/drafts.js';
import { ProposalsChoice } from '../upload/new/proposals-choice.js';
import { StoreField } from '../upload/new/store-field.js';
import { SettingsFields } from '../upload/new/settings-fields.js';
import { sayNotLoaded } from '../upload/uploads-of-page.js';
import { addressFault, sentAddress } from './address.js';
import { AgainNote } from './again-note.js';
import { filled, fits, FRESH_DRAFT, recordOf, type FilledDraft } from './import-draft.js';
import { importsFor } from './imports-of-page.js';
import { mayImport } from './may-import.js';
import { newImport, type ImportDraft } from './new-import.js';

/** The form for a new image from a URL. */
export default function ImportForm({ facts }: { facts: NewImageFactsQuery }) {
  const { viewer } = useStart();
  const schemes = facts.gateway.import?.schemes;
  if (!schemes || !mayImport(viewer)) return <p className="failure">{texts.importForm.notPossible}</p>;
  return <Fields facts={facts} schemes={schemes} />;
}

function Fields({ facts, schemes }: { facts: NewImageFactsQuery; schemes: readonly string[] }) {
  const id = useId();
  const { trouble } = useConnection();
  const draft = filled(newImport.use() ?? FRESH_DRAFT);
  const { start, isStarting, failure } = useStartOf(draft);
  const set = (part: Partial<ImportDraft>) => newImport.set({ ...(newImport.get() ?? FRESH_DRAFT), ...part });
  const faults = faultsFor(draft, facts, schemes);
  const { importForm, edit } = texts;
  return (
    <>
      {draft.failed && (
        <AgainNote
          failed={draft.failed}
          isSameImage={fits(draft)}
          onChange={(isDeleted) => set({ failed: { ...draft.failed!, isDeleted } })}
          onClear={() => newImport.set(undefined)}
        />
      )}
      <ul className="faults" role="status">
        {faults.all.map((fault) => (
          <li key={fault} className="field-error">
            {fault}
          </li>
        ))}
      </ul>
      <TextField
        id={`${id}-address`}
        label={importForm.address}
        hint={importForm.addressHint(schemes)}
        value={draft.address}
        error={faults.address}
        inputMode="url"
        onChange={(address) => set({ address })}
      />
      <div className="field-row">
        <TextField
          id={`${id}-name`}
          label={edit.fields.name}
          value={draft.name}
          error={faults.name}
          onChange={(name) => set({ name })}
        />
        <SelectField
          id={`${id}-disk`}
          label={edit.fields.diskFormat}
          value={draft.diskFormat}
          values={facts.formats.disk}
          error={faults.diskFormat}
          onChange={(diskFormat) => set({ diskFormat })}
        />
        <SelectField
          id={`${id}-container`}
          label={edit.fields.containerFormat}
          value={draft.containerFormat}
          values={facts.formats.container}
          error={faults.containerFormat}
          onChange={(containerFormat) => set({ containerFormat })}
        />
      </div>
      <FormatNotes draft={draft} />
      <ProposalsChoice
        proposals={draft.proposals}
        onChange={(all) => set({ taken: all.filter(({ isTaken }) => isTaken).map(({ name }) => name) })}
      />
      <DigestField sums={draft.sums} expected={draft.expected} onChange={(sums) => set({ sums })} />
      <StoreField stores={facts.stores} chosen={draft.store} onChange={(store) => set({ store })} />
      <section className="shared-settings">
        <h2>{importForm.settings}</h2>
        <SettingsFields
          settings={draft.settings}
          faults={faults.settings}
          onChange={(part) => set({ settings: { ...draft.settings, ...part } })}
        />
      </section>
      {failure && <RefusedBox failure={failure} />}
      <div className="dialog-actions">
        <Button
          className="button button-main"
          isDisabled={!faults.isNone || isStarting || trouble !== undefined}
          onPress={() => void start()}
        >
          {importForm.start}
        </Button>
      </div>
    </>
  );
}

/** Begins the import of the form. A failed one whose image does not fit is ended first. */
function useStartOf(draft: FilledDraft) {
  const client = useClient();
  const { viewer } = useStart();
  const [, navigate] = useLocation();
  const [isStarting, setStarting] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const start = async () => {
    setStarting(true);
    setFailure(undefined);
    const { failed, address } = draft;
    try {
      const imports = await importsFor(client, viewer);
      if (failed && !fits(draft)) {
        const { id } = failed.record;
        await imports.giveUp(id, failed.isDeleted ? () => deleteImage(client, id) : undefined);
      }
      await imports.begin({ record: recordOf(draft, ownerOf(viewer)), address: sentAddress(address) });
    } catch (error) {
      setStarting(false);
      return error instanceof Failure ? setFailure(error) : sayNotLoaded();
    }
    newImport.set(undefined);
    navigate('/transfers');
  };
  return { start, isStarting, failure };
}

/** Says what the address tells of the data's format. */
function FormatNotes({ draft: { address, diskFormat, guess } }: { draft: FilledDraft }) {
  if (guess.fileName === '' || address === '') return null;
  const { importForm, newImageForm } = texts;
  const isGuess = !guess.isFormatTold && diskFormat === guess.diskFormat;
  return (
    <ul className="notes">
      {guess.isFormatTold && <li className="said">{newImageForm.basis.name(guess.diskFormat)}</li>}
      {isGuess && <li className="said">{importForm.guessed(guess.diskFormat)}</li>}
      {guess.compression && <li className="said">{newImageForm.compressed(guess.compression)}</li>}
    </ul>
  );
}

const LONGEST_NAME = 255;

/** Returns a sentence for each field that the gateway would refuse. */
function faultsFor(draft: FilledDraft, facts: NewImageFactsQuery, schemes: readonly string[]) {
  const addressCode = addressFault(draft.address, schemes);
  const { all, rows } = faultsOf([{ ...draft, size: 0 }], {
    ...checkedFacts(facts, []),
    // Both are rules of uploads alone.
    ...{ resumable: true, unfinishedLeft: null },
  });
  const [row] = rows;
  const said = (...codes: string[]) => row.filter(({ code }) => codes.includes(code)).map(saidFault)[0];
  const settings = faultsIn(draft.settings, limitsIn(facts));
  const isDigestMissing = draft.sums.trim() !== '' && !draft.expected;
  const isNameLong = [...draft.name].length > LONGEST_NAME;
  const count = all.length + row.length + Object.keys(settings).length;
  return {
    all: all.map(saidFault),
    address:
      addressCode && addressCode !== 'unfinished'
        ? texts.importForm.addressFaults[addressCode](schemes)
        : undefined,
    name: isNameLong ? texts.edit.tooLong : undefined,
    diskFormat: said('format'),
    containerFormat: said('container', 'formatsDiffer'),
    settings,
    isNone: !addressCode && count === 0 && !isDigestMissing && !isNameLong,
  };
}
