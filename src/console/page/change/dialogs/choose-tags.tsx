import { useState } from 'react';
import { Button } from 'react-aria-components';
import { AddTag } from '../../edit/add-tag.js';
import { isTag } from '../../edit/tag.js';
import type { ImageRowFragment } from '../../gateway/operations.js';
import { Visible } from '../../parts/visible.js';
import { texts } from '../../texts/texts.js';
import type { Change } from '../change.js';
import { DialogActions } from './task-dialog.js';

/** Chooses tags to add to images, and tags to take from them. */
export function ChooseTags({
  images,
  onChoose,
  onCancel,
}: {
  images: readonly (ImageRowFragment | null)[];
  onChoose: (change: Change) => void;
  onCancel: () => void;
}) {
  const [added, setAdded] = useState<readonly string[]>([]);
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const present = images.filter((image) => image !== null);
  const counts = countsOf(present);
  const shown = [...counts.keys(), ...added.filter((tag) => !counts.has(tag))];
  const [typed, setTyped] = useState('');
  // A tag that is typed and not added yet is meant, too.
  const wanted = [...new Set([...added, ...(isTag(typed) ? [typed.trim()] : [])])];
  const isChanged = wanted.length + removed.length > 0;
  const switchRemoved = (tag: string) => {
    if (added.includes(tag)) return setAdded(added.filter((each) => each !== tag));
    setRemoved(removed.includes(tag) ? removed.filter((each) => each !== tag) : [...removed, tag]);
  };
  const add = (tag: string) => {
    setRemoved(removed.filter((each) => each !== tag));
    // A tag that every image has is not added again.
    if (counts.get(tag) !== present.length) setAdded([...new Set([...added, tag])]);
  };
  return (
    <>
      {shown.length === 0 && <p className="nothing">{texts.image.noTags}</p>}
      <ul className="chips" aria-label={texts.image.tags}>
        {shown.map((tag) => (
          <TagChip
            key={tag}
            tag={tag}
            count={counts.get(tag) ?? 0}
            of={present.length}
            state={removed.includes(tag) ? 'removed' : added.includes(tag) ? 'new' : 'same'}
            onSwitch={() => switchRemoved(tag)}
          />
        ))}
      </ul>
      <AddTag typed={typed} onType={setTyped} onAdd={add} />
      <DialogActions onCancel={onCancel}>
        <Button
          className="button button-main"
          isDisabled={!isChanged}
          onPress={() =>
            onChoose({ kind: 'tags', add: wanted, remove: removed.filter((tag) => !wanted.includes(tag)) })
          }
        >
          {present.length === 1 ? texts.save : texts.bulk.goOnToPreview}
        </Button>
      </DialogActions>
    </>
  );
}

function TagChip({
  tag,
  count,
  of,
  state,
  onSwitch,
}: {
  tag: string;
  /** Images that have the tag, and all of them. */
  count: number;
  of: number;
  state: 'same' | 'new' | 'removed';
  onSwitch: () => void;
}) {
  const { tagEditor } = texts;
  const isRemoved = state === 'removed';
  return (
    <li className={`chip chip-${state}`}>
      <span className="chip-text">
        <Visible text={tag} />
      </span>
      <span className="count">
        {state === 'same' ? of > 1 && tagEditor.of(count, of) : texts.editStates[state]}
      </span>
      <Button
        className="icon-button"
        aria-label={isRemoved ? tagEditor.keep(tag) : tagEditor.remove(tag)}
        onPress={onSwitch}
      >
        <span aria-hidden="true">{isRemoved ? '↶' : '✕'}</span>
      </Button>
    </li>
  );
}

function countsOf(images: readonly ImageRowFragment[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tag of images.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return new Map([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
