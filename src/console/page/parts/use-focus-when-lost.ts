import { useEffect, useRef } from 'react';

/** Returns the element that takes the focus when the row that had it is gone. */
export function useFocusWhenLost<Place extends HTMLElement>(rows: readonly { readonly id: string }[]) {
  const element = useRef<Place>(null);
  const before = useRef(rows);
  useEffect(() => {
    const isOneGone = before.current.some((each) => !rows.some(({ id }) => id === each.id));
    before.current = rows;
    if (!isOneGone) return;
    // A dialog of the row gives the focus back first, to nobody.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) element.current?.focus();
    });
  }, [rows]);
  return element;
}
