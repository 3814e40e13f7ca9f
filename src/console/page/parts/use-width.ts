import { useSyncExternalStore } from 'react';

/** The widths at which the layout changes, in CSS pixels. */
export const TABLE_WIDTH = 768;
export const PANEL_WIDTH = 1200;

/** Returns true while the window has at least this width. */
export function useWiderThan(pixels: number): boolean {
  const query = `(min-width: ${pixels}px)`;
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
