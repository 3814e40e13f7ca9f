import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Failure } from '../../gateway/failure.js';
import { copyText } from '../../parts/copy-button.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import type { Change } from '../change.js';
import type { Ending } from '../run.js';
import { RefusedBox } from '../../parts/refused-box.js';
import { DialogActions } from './task-dialog.js';
import type { ImagesNow } from './use-images-now.js';

/** How the change of each image ended, with its name. */
export type Report = readonly (Ending & { name: string })[];

export function reportOf(endings: readonly Ending[], images: ImagesNow): Report {
  return endings.map((ending) => ({ ...ending, name: images.get(ending.id)?.name ?? ending.id }));
}

/** Returns the report as lines with tabs, as a table of other programs takes them. */
export function textOf(report: Report): string {
  return report
    .map(({ id, name, result, reason }) =>
      [id, name, texts.bulk.results[result], reason ?? ''].join('\t').trimEnd(),
    )
    .join('\n');
}

/** Tells what came of a change of many images. */
export function BulkReport({
  change,
  report,
  failure,
  onGoOn,
  onClose,
}: {
  change: Change;
  report: Report;
  failure: Failure | undefined;
  onGoOn: () => void;
  onClose: () => void;
}) {
  const of = (result: Ending['result']) => report.filter((each) => each.result === result);
  const [done, gone, failed, unknown, left] = [
    of('done'),
    of('gone'),
    of('failed'),
    of('unknown'),
    of('left'),
  ];
  return (
    <>
      <div role="status">
        <p>{texts.bulk.done[change.kind](done.length)}</p>
        {gone.length > 0 && <p>{texts.bulk.groups.gone(gone.length)}</p>}
        {failed.length > 0 && <p>{texts.bulk.failed(failed.length)}</p>}
        {unknown.length > 0 && <p>{texts.bulk.unknown(unknown.length)}</p>}
        {left.length > 0 && <p>{texts.bulk.left(left.length)}</p>}
      </div>
      {failure && <RefusedBox failure={failure} />}
      {failed.length > 0 && (
        <ul className="group">
          {failed.map(({ id, name, reason }) => (
            <li key={id}>
              <Visible text={name} />: {reason}
            </li>
          ))}
        </ul>
      )}
      <DialogActions startsHere cancel={texts.close} onCancel={onClose}>
        <CopyReport text={textOf(report)} />
        {left.length + unknown.length > 0 && (
          <Button className="button button-main" onPress={onGoOn}>
            {texts.bulk.goOn}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

function CopyReport({ text }: { text: string }) {
  const [told, setTold] = useState('');
  const copy = () =>
    copyText(text).then(
      () => setTold(texts.copied),
      () => setTold(texts.notCopied),
    );
  return (
    <>
      <Button className="button" onPress={() => void copy()}>
        {texts.bulk.copy}
      </Button>
      <span role="status">{told}</span>
    </>
  );
}
