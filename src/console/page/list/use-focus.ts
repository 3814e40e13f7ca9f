import { useEffect, useRef, useState } from 'react';
import { isLeaving } from '../change/change.js';
import type { Task, TaskEnd } from '../change/task.js';
import type { ImageRowFragment } from '../gateway/operations.js';

/** When an image that stood beside the list is closed, its row gets the focus. */
export function useFocusBack(current: string | undefined): void {
  const before = useRef(current);
  useEffect(() => {
    if (before.current !== undefined && current === undefined)
      (
        document.querySelector<HTMLElement>(`a.name[href*="/images/${CSS.escape(before.current)}"]`) ??
        document.querySelector<HTMLElement>('.grid-body [tabindex="0"]')
      )?.focus();
    before.current = current;
  }, [current]);
}

/**
 * Returns the row that gets the focus when a task has ended: after a deletion the next one that is still there, else the
 * image's own where the menu that began the task is gone.
 */
export function useFocusAfterTask(
  ended: { task: Task; end: TaskEnd } | undefined,
  rows: readonly ImageRowFragment[] | undefined,
): { row: number } | undefined {
  const [focusOn, setFocusOn] = useState<{ row: number }>();
  useEffect(() => {
    if (!ended || !rows) return;
    const { task, end } = ended;
    if (end.deleted.length > 0) {
      const row = rowAfter(rows, new Set(end.deleted));
      if (row !== undefined) setFocusOn({ row });
      return;
    }
    const [id] = task.kind === 'bulk' ? task.ids : [task.id];
    const row = rows.findIndex((each) => each.id === id);
    // The dialog gives the focus back to what it came from first, in a frame of its own.
    const later = setTimeout(() => isFocusLost() && row >= 0 && setFocusOn({ row }), FRAMES_MS);
    return () => clearTimeout(later);
    // The rows may change later on; the focus has moved then.
  }, [ended]);
  return focusOn;
}

const FRAMES_MS = 100;

function rowAfter(rows: readonly ImageRowFragment[], deleted: ReadonlySet<string>): number | undefined {
  const isThere = (image: ImageRowFragment) => !deleted.has(image.id) && !isLeaving(image);
  const last = rows.findLastIndex(({ id }) => deleted.has(id));
  if (last < 0) return undefined;
  const next = rows.findIndex((image, row) => row > last && isThere(image));
  if (next >= 0) return next;
  const before = rows.findLastIndex((image, row) => row < last && isThere(image));
  return before >= 0 ? before : last;
}

function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
