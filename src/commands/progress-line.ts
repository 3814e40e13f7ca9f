import type { WriteStream } from 'node:tty';

/** A line on a terminal that shows how far the work is. It shows nothing without a terminal. */
export interface ProgressLine {
  /** Replaces the line. */
  show(text: () => string): void;
  /** Removes the line, and writes text that stays. */
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
      // Drawn after the pause: the next call may come much later, and the line must not be out of date until then.
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
    // A line that wraps could not be replaced.
    terminal.write(CLEARED + latest().slice(0, (terminal.columns || 80) - 1));
    shownAt = performance.now();
    isThere = true;
  }

  function hold(): void {
    clearTimeout(later);
    later = undefined;
  }
}
