import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useConnection } from '../../gateway/connection.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import { judged, type Change, type Verdict } from '../change.js';
import { CannotBeUndone } from './cannot-be-undone.js';
import { DialogActions } from './task-dialog.js';
import { TypeAgain } from './type-again.js';
import type { ImagesNow } from './use-images-now.js';

/** Groups that are shown open while they are so small. */
const FEW = 8;

/** Shows which images a change is for and which it passes over, and begins it. */
export function BulkPreview({
  change,
  images,
  keptSeconds,
  settled,
  onBegin,
  onStop,
  onCancel,
}: {
  change: Change;
  images: ImagesNow;
  keptSeconds: number | undefined;
  /** Set while the change runs. */
  settled: { count: number; of: number } | undefined;
  onBegin: (ids: readonly string[]) => void;
  onStop: () => void;
  onCancel: () => void;
}) {
  const [typed, setTyped] = useState('');
  const { trouble } = useConnection();
  const groups = groupsOf(images, change);
  const ids = groups.get('will') ?? [];
  const isDeletion = change.kind === 'delete';
  if (settled) return <Running {...settled} onStop={onStop} />;
  return (
    <>
      {[...groups].map(([verdict, group]) => (
        <Group key={verdict} title={titleOf(verdict, change, group.length)} ids={group} images={images} />
      ))}
      {ids.length === 0 && <p>{texts.bulk.nothing}</p>}
      {ids.length > 0 && isDeletion && (
        <>
          <CannotBeUndone keptSeconds={keptSeconds} />
          <TypeAgain
            label={texts.deletion.typeNumber}
            wanted={String(ids.length)}
            typed={typed}
            onType={setTyped}
          />
        </>
      )}
      {ids.length > 0 && <Effect change={change} />}
      <DialogActions startsHere onCancel={onCancel}>
        {ids.length > 0 && (
          <Button
            className={isDeletion ? 'button button-bad' : 'button button-main'}
            isDisabled={trouble !== undefined || (isDeletion && typed.trim() !== String(ids.length))}
            onPress={() => onBegin(ids)}
          >
            {texts.bulk.buttons[change.kind](ids.length)}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

function Effect({ change }: { change: Change }) {
  if (change.kind === 'withhold') return <p>{texts.withholding.effect}</p>;
  if (change.kind === 'visibility') return <p>{texts.visibilityEffects[change.visibility]}</p>;
  return null;
}

function Group({ title, ids, images }: { title: string; ids: readonly string[]; images: ImagesNow }) {
  return (
    <details className="group" open={ids.length <= FEW}>
      <summary>{title}</summary>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <Visible text={images.get(id)?.name ?? id} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Running({ count, of, onStop }: { count: number; of: number; onStop: () => void }) {
  const [isStopping, setStopping] = useState(false);
  return (
    <>
      <p role="status">{texts.bulk.settled(count, of)}</p>
      <progress className="bulk-progress" value={count} max={of} aria-label={texts.bulk.settled(count, of)} />
      <div className="dialog-actions">
        <Button
          className="button"
          autoFocus
          isDisabled={isStopping}
          onPress={() => {
            setStopping(true);
            onStop();
          }}
        >
          {texts.bulk.stop}
        </Button>
      </div>
    </>
  );
}

const ORDER: readonly Verdict[] = ['will', 'same', 'protected', 'wrongStatus', 'notYours', 'gone'];

function groupsOf(images: ImagesNow, change: Change): ReadonlyMap<Verdict, readonly string[]> {
  const groups = new Map<Verdict, string[]>();
  for (const verdict of ORDER) {
    const ids = [...images].filter(([, image]) => judged(image, change) === verdict).map(([id]) => id);
    if (ids.length > 0) groups.set(verdict, ids);
  }
  return groups;
}

function titleOf(verdict: Verdict, change: Change, count: number): string {
  return verdict === 'will' ? texts.bulk.will[change.kind](count) : texts.bulk.groups[verdict](count);
}
