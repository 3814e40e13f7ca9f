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
  let latest: () => string;
  let later: NodeJS.Timeout | undefined;

  return {
    show(text) {
      if (!terminal.isTTY) return;
      latest = text;
      const pause = shownAt + PAUSE_MS - performance.now();
      if (pause <= 0) draw();
      // Nothing may follow for long, and what is shown then must not be out of date.
      else later ??= setTimeout(draw, pause).unref();
    },

    past(write) {
      hold();
      if (isThere) terminal.write(CLEARED);
      isThere = false;
      write();
    },
  };

  function draw(): void {
    hold();
    // A line that wraps could not be written over.
    terminal.write(CLEARED + latest().slice(0, (terminal.columns || 80) - 1));
    shownAt = performance.now();
    isThere = true;
  }

  function hold(): void {
    clearTimeout(later);
    later = undefined;
  }
}
