import { speedometer } from './speed.js';
import type { Transfer } from './transfer.js';

type Part = Partial<Omit<Transfer, 'id'>>;

/** A browser tells of progress more often than anybody can read. */
const BETWEEN_MS = 250;

/** Shows an upload's progress a few times a second, with its speed. Another state is shown at once. */
export function progressOf(
  size: number,
  show: (part: Part) => void,
): { show(part: Part): void; end(): void } {
  const speed = speedometer();
  let latest: Part = {};
  let sent = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kind: string | undefined;
  return {
    show(part) {
      if (part.sent !== undefined) {
        sent = part.sent;
        speed.note(sent);
      }
      latest = { ...latest, ...part };
      if (part.state && part.state.kind !== kind) {
        ({ kind } = part.state);
        flush();
      }
      timer ??= setTimeout(flush, BETWEEN_MS);
    },
    end: () => clearTimeout(timer),
  };

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const part = latest;
    latest = {};
    const isSending = kind === 'sending';
    show({
      ...part,
      speed: isSending ? speed.current() : undefined,
      secondsLeft: isSending ? speed.left(size - sent) : undefined,
    });
  }
}
