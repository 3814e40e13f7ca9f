import { useCallback, useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { UnfinishedUploadsDocument, type UnfinishedFragment } from '../../gateway/operations.js';
import { shownSize } from '../../parts/format.js';
import { ownerOf } from '../../parts/owned-work.js';
import { shownText } from '../../parts/unseen.js';
import { FullTime } from '../../parts/values.js';
import { useStart } from '../../shell/start.js';
import { texts } from '../../texts/texts.js';
import { chooseFiles } from '../choose-files.js';
import { endUpload } from '../end-upload.js';
import type { Transfer } from '../transfer.js';
import type { UploadRecord } from '../upload-records.js';
import type { Uploads } from '../uploads.js';
import { EndDialog } from './end-dialog.js';

/** Unfinished uploads of this user that this browser knows nothing of: begun on another device, or by another program. */
export function UnfinishedElsewhere({ uploads, known }: { uploads: Uploads; known: readonly Transfer[] }) {
  const [{ data, fetching, stale }, ask] = useQuery({
    query: UnfinishedUploadsDocument,
    requestPolicy: 'network-only',
  });
  const again = useCallback(() => ask({ requestPolicy: 'network-only' }), [ask]);
  const ids = known.map(({ id, state }) => (state.kind === 'stopped' ? `${id} stopped` : id)).join();
  // One that has ended here is in the answer of before; one that stopped may have stopped because there are too many.
  useEffect(again, [ids, again]);
  const others = (data?.viewer.unfinishedUploads ?? []).filter(
    ({ image }) => image && !known.some(({ id }) => id === image.id),
  );
  if (others.length === 0 || fetching || stale) return null;
  return (
    <>
      <h3>{texts.uploads.othersTitle}</h3>
      <ul className="transfer-list" aria-label={texts.uploads.othersTitle}>
        {others.map((each) => (
          <Row key={each.url} unfinished={each} uploads={uploads} onEnded={again} />
        ))}
      </ul>
    </>
  );
}

function Row({
  unfinished,
  uploads,
  onEnded,
}: {
  unfinished: UnfinishedFragment;
  uploads: Uploads;
  onEnded: () => void;
}) {
  const { viewer } = useStart();
  const [fault, setFault] = useState('');
  const [isAsking, setAsking] = useState(false);
  const { uploads: words } = texts;
  const { id, name } = unfinished.image!;
  const uploadId = unfinished.url.split('/').at(-1)!;
  const shown = shownText(name || id);
  const size = unfinished.size ?? undefined;

  const goOn = async () => {
    const [found] = await chooseFiles({ multiple: false });
    if (!found) return;
    if (size === undefined || found.file.size !== size) return setFault(words.fileFaults.otherSize);
    await uploads.begin([{ file: found.file, record: recordOf(found.file) }]);
  };
  const recordOf = ({ name: fileName, lastModified }: File): UploadRecord => ({
    ...{ id, uploadId, isCreated: true, input: { name }, by: ownerOf(viewer), begunAt: Date.now() },
    ...{ fileName, lastModified, size: size!, expires: unfinished.expiresAt },
  });
  return (
    <li className="transfer" aria-label={shown}>
      <div className="transfer-head">
        <Link href={`/images/${id}`}>{shown}</Link>
        <span className="said">{shownText(unfinished.fileName ?? '')}</span>
      </div>
      <p className="numbers">
        {words.amount(shownSize(unfinished.offset), size === undefined ? '?' : shownSize(size))}
      </p>
      <p className="said">
        {words.until} <FullTime time={unfinished.expiresAt} />
      </p>
      {fault && (
        <p role="alert" className="field-error">
          {fault}
        </p>
      )}
      <div className="transfer-actions">
        <Button className="button" aria-label={`${words.chooseToGoOn}, ${shown}`} onPress={() => void goOn()}>
          {words.chooseToGoOn}
        </Button>
        <Button className="button" aria-label={`${words.giveUp}, ${shown}`} onPress={() => setAsking(true)}>
          {words.giveUp}
        </Button>
      </div>
      {isAsking && (
        <EndDialog
          transfer={{ id, name: name ?? '' }}
          words={words.givingUp}
          onEnd={async (deletion) => {
            await endUpload({ id, uploadId });
            await deletion?.();
            onEnded();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
