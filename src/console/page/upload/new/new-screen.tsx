import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components';
import { useClient, useQuery } from 'urql';
import { useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { useConnection } from '../../gateway/connection.js';
import { failureIn } from '../../gateway/failure.js';
import { NewImageFactsDocument, type NewImageFactsQuery } from '../../gateway/operations.js';
import { mayImport } from '../../import/may-import.js';
import { Late } from '../../parts/late.js';
import { FailureBox, Skeleton } from '../../parts/states.js';
import { useStart } from '../../shell/start.js';
import { useTitle } from '../../shell/use-title.js';
import { texts } from '../../texts/texts.js';
import { removeFiles, type ChosenFile } from '../chosen.js';
import { chooseFiles } from '../choose-files.js';
import { takeFiles } from '../drop-anywhere.js';
import { faultsOf } from '../files/checks.js';
import { useTransfers } from '../transfer.js';
import { sayNotLoaded, uploadsFor } from '../uploads-of-page.js';
import { checkedFacts, limitsIn, saidFault } from './checked-facts.js';
import {
  expectedOf,
  faultsIn,
  inputOf,
  setShared,
  setStore,
  setSums,
  type ImageDraft,
  type Limits,
} from './drafts.js';
import { FileRow } from './file-row.js';
import { recordOf } from './record-of.js';
import { SettingsFields } from './settings-fields.js';
import { StoreField } from './store-field.js';
import { SumsForAll } from './sums-for-all.js';
import { useDrafts } from './use-drafts.js';
import { Ways } from './ways.js';

const ImportForm = lazy(() => import('../../import/import-form.js'));

/** The forms for new images: from files, and from a URL. */
export default function NewScreen() {
  const [{ data, error }, ask] = useQuery({
    query: NewImageFactsDocument,
    requestPolicy: 'network-only',
  });
  const { viewer } = useStart();
  const isImport = new URLSearchParams(useSearch()).get('from') === 'url';
  const failure = failureIn(error);
  const { title } = isImport ? texts.importForm : texts.newImageForm;
  useTitle(title);
  return (
    <article className="new-images">
      <h1>{title}</h1>
      {mayImport(viewer) && <Ways isImport={isImport} />}
      {failure && !data && (
        <FailureBox failure={failure} again={() => ask({ requestPolicy: 'network-only' })} />
      )}
      {!failure && !data && <Skeleton rows={4} />}
      {data && !isImport && <NewImages facts={data} />}
      {data && isImport && (
        <Late instead={<p className="failure">{texts.late.hint}</p>}>
          <Suspense fallback={<Skeleton rows={4} />}>
            <ImportForm facts={data} />
          </Suspense>
        </Late>
      )}
    </article>
  );
}

function NewImages({ facts }: { facts: NewImageFactsQuery }) {
  const { viewer } = useStart();
  const { trouble } = useConnection();
  const { chosen, shared, drafts, sums, store } = useDrafts();
  const own = useTransfers();
  const client = useClient();
  const [, navigate] = useLocation();
  const [isStarting, setStarting] = useState(false);
  const limits = limitsIn(facts);
  const rows = chosen.flatMap((each) => {
    const draft = drafts.get(each.key);
    return draft ? [{ chosen: each, draft }] : [];
  });
  const faults = faultsOf(
    rows.map(({ chosen: { file }, draft }) => ({ size: file.size, ...draft })),
    checkedFacts(facts, own),
  );
  const sharedFaults = faultsIn(shared, limits);
  const isReady =
    rows.length > 0 &&
    rows.length === chosen.length &&
    [...faults.all, ...faults.rows.flat(), ...Object.keys(sharedFaults)].length === 0 &&
    rows.every((row) => isFit(row, limits));

  const start = async () => {
    setStarting(true);
    const { hashAlgorithm } = facts.gateway;
    try {
      const uploads = await uploadsFor(client, viewer, hashAlgorithm);
      await uploads.begin(rows.map(({ chosen: each, draft }) => begun(each, draft)));
    } catch {
      setStarting(false);
      return sayNotLoaded();
    }
    removeFiles(rows.map(({ chosen: { key } }) => key));
    setSums('');
    navigate('/transfers');
  };
  const begun = (each: ChosenFile, draft: ImageDraft) => ({
    file: each.file,
    record: recordOf(each, viewer, (id) => inputOf(id, each, draft, shared), {
      expected: expectedOf(draft, each, sums),
      store,
    }),
  });
  return (
    <>
      <div className="choose">
        <p>{texts.newImageForm.hint}</p>
        <Button id={CHOOSE} className="button button-main" onPress={() => void chooseFiles().then(takeFiles)}>
          {texts.newImageForm.choose}
        </Button>
      </div>
      <ul className="faults" role="status">
        {faults.all.map((fault) => (
          <li key={fault.code} className="field-error">
            {saidFault(fault)}
          </li>
        ))}
      </ul>
      {chosen.length > 0 && (
        <>
          <ul className="chosen-files" aria-label={texts.newImageForm.files}>
            {rows.map(({ chosen: each, draft }, nth) => (
              <FileRow
                key={each.key}
                {...{ chosen: each, draft, shared, sums, limits, formats: facts.formats }}
                faults={faults.rows[nth].map(saidFault)}
                onRemove={() => {
                  removeFiles([each.key]);
                  document.getElementById(CHOOSE)?.focus();
                }}
              />
            ))}
          </ul>
          <section className="shared-settings">
            <h2>{texts.newImageForm.forAll}</h2>
            <SettingsFields settings={shared} faults={sharedFaults} onChange={setShared} />
            <SumsForAll chosen={chosen} />
            <StoreField stores={facts.stores} chosen={store} onChange={setStore} />
          </section>
          <div className="dialog-actions">
            <Button
              className="button button-main"
              isDisabled={!isReady || isStarting || trouble !== undefined}
              onPress={() => void start()}
            >
              {texts.newImageForm.start(rows.length)}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

const CHOOSE = 'choose-files';
const LONGEST_NAME = 255;

function isFit({ chosen, draft }: { chosen: ChosenFile; draft: ImageDraft }, limits: Limits) {
  return (
    [...draft.name].length <= LONGEST_NAME &&
    (draft.sums.trim() === '' || expectedOf(draft, chosen, '') !== undefined) &&
    (!draft.own || Object.keys(faultsIn(draft.own, limits)).length === 0)
  );
}
