import { memo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useLocation } from 'wouter';
import { shownText } from '../parts/unseen.js';
import { texts } from '../texts/texts.js';
import { EndDialog, type EndWords } from '../upload/transfers/end-dialog.js';
import { ProgressLine } from '../upload/transfers/progress-line.js';
import { draftAgain } from './import-draft.js';
import type { ImportRow, ImportState } from './import-rows.js';
import { ImportStateText } from './import-state-text.js';
import type { Imports } from './imports.js';
import { useNotingSight } from './in-sight.js';
import { newImport } from './new-import.js';

type Question = 'cancel' | 'giveUp' | 'again';

/** One import: how far it is, and what one can do with it. */
export const ImportItem = memo(function ImportItem({
  row,
  imports,
}: {
  row: ImportRow;
  imports: Imports | undefined;
}) {
  const { id, host, state } = row;
  const [question, setQuestion] = useState<Question>();
  const name = shownText(row.name || id);
  const item = useNotingSight(id);
  return (
    <li ref={item} className={`transfer transfer-${state.kind}`} aria-label={name}>
      <div className="transfer-head">
        <Link href={`/images/${id}`}>{name}</Link>
        {host !== undefined && <span className="said">{texts.imports.from(shownText(host))}</span>}
      </div>
      <Progress state={state} name={name} />
      <ImportStateText row={row} />
      {imports && <Actions {...{ row, name, imports }} onAsk={setQuestion} />}
      {question && imports && (
        <EndDialog
          transfer={row}
          words={WORDS[question]}
          isRisky={question !== 'again'}
          onEnd={(deletion) => imports[question](id, deletion)}
          onClose={() => setQuestion(undefined)}
        />
      )}
    </li>
  );
});

const WORDS: Record<Question, EndWords> = {
  cancel: texts.imports.cancelling,
  giveUp: texts.imports.givingUp,
  again: texts.imports.tryingAgain,
};

function Progress({ state, name }: { state: ImportState; name: string }) {
  if (state.kind !== 'running' && state.kind !== 'done') return null;
  const { bytes = 0, size = null } = state.kind === 'running' ? state : {};
  return (
    <ProgressLine
      label={texts.imports.progressOf(name)}
      confirmed={bytes}
      size={size ?? 0}
      isDone={state.kind === 'done'}
      isIndeterminate={state.kind === 'running' && (size === null || bytes >= size)}
    />
  );
}

function Actions({
  row: { id, host, state },
  name,
  imports,
  onAsk,
}: {
  row: ImportRow;
  name: string;
  imports: Imports;
  onAsk: (question: Question) => void;
}) {
  const [, navigate] = useLocation();
  const { imports: words } = texts;
  // One element for all states: the focus stays on it when its word changes.
  const button = (label: string, onPress: () => void, key = 'first') => (
    <Button
      key={key}
      className="button"
      aria-label={`${label}, ${name}`}
      isPending={state.kind === 'ordering'}
      onPress={onPress}
    >
      {label}
    </Button>
  );
  const edit = (isLost: boolean) => {
    newImport.set(draftAgain(imports.orderOf(id), isLost));
    navigate('/new?from=url');
  };
  const actions = () => {
    switch (state.kind) {
      case 'ordering':
      case 'running':
        return button(words.cancel, () => onAsk('cancel'));
      case 'done':
        return button(words.dismiss, () => void imports.giveUp(id));
      case 'failed': {
        const { isLost } = state;
        const again = isLost ? () => onAsk('again') : () => void imports.again(id);
        return [
          ...(host === undefined
            ? [button(words.tryAgain, () => edit(isLost))]
            : [button(words.tryAgain, again), button(words.edit, () => edit(isLost), 'edit')]),
          button(words.giveUp, () => onAsk('giveUp'), 'end'),
        ];
      }
      default:
        return null;
    }
  };
  return <div className="transfer-actions">{actions()}</div>;
}
