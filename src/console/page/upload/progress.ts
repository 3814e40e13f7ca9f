import { speedometer } from './speed.js';
import type { Transfer } from './transfer.js';

type Part = Partial<Omit<Transfer, 'id'>>;

/** A browser tells of progress more often than anybody can read. */
const BETWEEN_MS = 250;
const STANDING_MS = 1000;

/** Shows an upload's progress a few times a second, with its speed. Another state is shown at once. */
export function progressOf(
  size: number,
  show: (part: Part) => void,
): { show(part: Part): void; end(): void } {
  const speed = speedometer();
  let latest: Part = {};
  let sent = 0;
  let kind: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    show(part) {
      if (part.sent !== undefined) {
        sent = part.sent;
        speed.note(sent);
      }
      latest = { ...latest, ...part };
      const isOther = part.state !== undefined && part.state.kind !== kind;
      if (part.state) ({ kind } = part.state);
      if (isOther) flush();
      else later(BETWEEN_MS);
    },
    end: () => clearTimeout(timer),
  };

  function later(milliseconds: number): void {
    timer ??= setTimeout(flush, milliseconds);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const isSending = kind === 'sending';
    show({
      ...latest,
      speed: isSending ? speed.current() : undefined,
      secondsLeft: isSending ? speed.left(size - sent) : undefined,
    });
    latest = {};
    // A line that stands still has a speed, too.
    if (isSending) later(STANDING_MS);
  }
}
