import type { WriteStream } from 'node:tty';

/** A line on a terminal that is written over while work goes on; nothing where there is no terminal. */
export interface ProgressLine {
  show(text: () => string): void;
  /** Takes the line away for what is to stay. */
  past(write: () => void): void;
}

const PAUSE_MS = 100;
const CLEARED = '\r\x1b[K';

export function progressLine(terminal: Pick<WriteStream, 'isTTY' | 'columns' | 'write'>): ProgressLine {
  let shownAt = -Infinity;
  let isThere = false;

  return {
    show(text) {
      const now = performance.now();
      if (!terminal.isTTY || now - shownAt < PAUSE_MS) return;
      // A line that wraps could not be written over.
      terminal.write(CLEARED + text().slice(0, (terminal.columns || 80) - 1));
      shownAt = now;
      isThere = true;
    },

    past(write) {
      if (isThere) terminal.write(CLEARED);
      isThere = false;
      write();
    },
  };
}
