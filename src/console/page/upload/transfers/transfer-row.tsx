import { memo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { shownText } from '../../parts/unseen.js';
import { texts } from '../../texts/texts.js';
import { chooseFiles } from '../choose-files.js';
import type { Transfer } from '../transfer.js';
import type { Uploads } from '../uploads.js';
import { EndDialog } from './end-dialog.js';
import { ProgressLine } from './progress-line.js';
import { TransferState } from './transfer-state.js';

/** One upload: how far it is, and what one can do with it. */
export const TransferRow = memo(function TransferRow({
  transfer,
  uploads,
}: {
  transfer: Transfer;
  uploads: Uploads | undefined;
}) {
  const { id, fileName, state } = transfer;
  const [isAsking, setAsking] = useState(false);
  const isForeign = state.kind === 'foreign';
  const name = isForeign ? texts.uploads.foreign : shownText(transfer.name || id);
  // One element for all states: the focus stays on it when its word changes.
  const button = (label: string, onPress: () => void, key = 'first') => (
    <Button key={key} className="button" aria-label={`${label}, ${name}`} onPress={onPress}>
      {label}
    </Button>
  );
  return (
    <li className={`transfer transfer-${state.kind}`} aria-label={name}>
      <div className="transfer-head">
        {isForeign ? <span>{name}</span> : <Link href={`/images/${id}`}>{name}</Link>}
        {!isForeign && <span className="said">{shownText(fileName)}</span>}
      </div>
      {!isForeign && (
        <ProgressLine
          {...{ confirmed: transfer.confirmed, sent: transfer.sent, size: transfer.size }}
          label={texts.uploads.progressOf(name)}
          isDone={state.kind === 'done'}
          isIndeterminate={state.kind === 'checking' || state.kind === 'digesting'}
        />
      )}
      <TransferState transfer={transfer} />
      {uploads && (
        <div className="transfer-actions">
          {actionsOf(transfer, uploads, button)}
          {!IS_OVER.has(state.kind) && button(texts.uploads.giveUp, () => setAsking(true), 'end')}
        </div>
      )}
      {isAsking && (
        <EndDialog
          transfer={transfer}
          words={texts.uploads.givingUp}
          onEnd={(deletion) => uploads!.giveUp(id, deletion)}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
});

/** The states in which there is nothing to give up. */
const IS_OVER = new Set(['done', 'elsewhere', 'foreign']);

function actionsOf(
  { id, state, fileName, canRepeat }: Transfer,
  uploads: Uploads,
  button: (label: string, onPress: () => void, key?: string) => React.ReactNode,
): React.ReactNode[] {
  const { uploads: words } = texts;
  const dismiss = () => button(words.dismiss, () => uploads.dismiss(id), 'dismiss');
  switch (state.kind) {
    case 'waiting':
    case 'sending':
    case 'digesting':
    case 'loginEnded':
      return [button(words.pause, () => uploads.pause(id))];
    case 'retrying':
      return [button(words.pause, () => uploads.pause(id)), button(words.now, () => uploads.wake(id), 'now')];
    case 'paused':
      return [button(words.goOn, () => uploads.goOn(id))];
    case 'interrupted':
      return [
        ...(state.hasHandle ? [button(words.goOn, () => void uploads.openAgain(id))] : []),
        button(words.chooseAgain(shownText(fileName)), () => void chooseAgain(uploads, id), 'choose'),
      ];
    case 'stopped':
      return state.isLost
        ? [...(canRepeat ? [button(words.withNewImage, () => void uploads.again(id))] : []), dismiss()]
        : [button(words.tryAgain, () => uploads.goOn(id))];
    case 'done':
      return [dismiss()];
    default:
      return [];
  }
}

async function chooseAgain(uploads: Uploads, id: string): Promise<void> {
  const [found] = await chooseFiles({ multiple: false });
  if (found) await uploads.chooseAgain(id, found.file);
}
