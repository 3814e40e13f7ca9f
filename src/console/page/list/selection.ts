import { useEffect, useState, type Dispatch, type SetStateAction } from 'react';

/** The most images that one selection takes from a list at once. */
export const MOST_SELECTED = 1000;

/** Ids of the images that are selected, on every page of a list. */
export type Selected = ReadonlySet<string>;
export type Select = Dispatch<SetStateAction<Selected>>;

/**
 * Returns the selection of a list. Another list begins with none.
 *
 * @param deleted ids that leave the selection, once for each such array
 */
export function useSelection(
  list: string,
  deleted: readonly string[] = NO_IDS,
): [selected: Selected, select: Select] {
  const [selected, select] = useState<Selected>(NONE);
  useEffect(() => select(NONE), [list]);
  useEffect(() => select((before) => new Set([...before].filter((id) => !deleted.includes(id)))), [deleted]);
  return [selected, select];
}

const NO_IDS: readonly string[] = [];
const NONE: Selected = new Set();

/** Selects an image, or takes it out. */
export function toggled(selected: Selected, id: string): Selected {
  const next = new Set(selected);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** A run of images that Shift selects, by their ids: it begins at one that stays, and its other end moves. */
export interface Range {
  anchor: string;
  end: string;
}

/** Moves the end of a range: images that it leaves are selected no longer. */
export function stretched(selected: Selected, ids: readonly string[], before: Range, end: string): Selected {
  const next = new Set(selected);
  for (const id of idsIn(ids, before)) next.delete(id);
  for (const id of idsIn(ids, { anchor: before.anchor, end })) next.add(id);
  return next;
}

function idsIn(ids: readonly string[], { anchor, end }: Range): readonly string[] {
  const [first, last] = [ids.indexOf(anchor), ids.indexOf(end)].sort((one, other) => one - other);
  return first < 0 ? [] : ids.slice(first, last + 1);
}
