import type { IncomingMessage } from 'node:http';
import { ImageError } from '../../image/errors.js';

/** Seconds for the arrival of `operations` and `map`. They are small, like a JSON body. */
const FIELDS_SECONDS = 30;
/** The lowest rate of a file, in bytes a second. */
const LEAST_RATE = 1024;
/** Seconds for which a sender may be below the lowest rate, in addition to the allowed silence. */
const SLACK_SECONDS = 10;

/** The watch over the rate of a sender. */
export interface SenderRate {
  /** Records bytes that have arrived. */
  received(bytes: number): void;
  /** Records that `operations` and `map` have arrived; the lowest rate holds from now on. */
  fieldsArrived(): void;
  stop(): void;
}

/**
 * Watches the sender of a form. A second does not count while the gateway has received bytes that it has not read.
 *
 * @param idleSeconds the seconds for which the sender may send nothing
 * @param tooSlow called with UPLOAD_IDLE or UPLOAD_TOO_SLOW
 */
export function senderRate(
  raw: IncomingMessage,
  idleSeconds: number,
  tooSlow: (reason: ImageError) => void,
): SenderRate {
  const most = idleSeconds + SLACK_SECONDS;
  /** The seconds that the sender has left. Each second takes one; `LEAST_RATE` bytes add one. */
  let credit = most;
  let silent = 0;
  let fieldSeconds = FIELDS_SECONDS;
  let needsFields = true;
  const watch = setInterval(() => {
    // The gateway's own disk may be the slow part.
    if (raw.isPaused() || raw.readableLength > 0) return;
    silent += 1;
    if (needsFields) fieldSeconds -= 1;
    else credit -= 1;
    // The first silent second began before the last bytes arrived.
    if (silent > idleSeconds) tooSlow(new ImageError('UPLOAD_IDLE', { seconds: idleSeconds }));
    else if (fieldSeconds <= 0)
      tooSlow(slow(`\`operations\` and \`map\` must arrive within ${FIELDS_SECONDS} seconds`));
    else if (credit <= 0) tooSlow(slow(`a file must arrive at ${LEAST_RATE} bytes a second or more`));
  }, 1000).unref();

  return {
    received(bytes) {
      silent = 0;
      credit = Math.min(most, credit + bytes / LEAST_RATE);
    },
    fieldsArrived: () => void (needsFields = false),
    stop: () => clearInterval(watch),
  };
}

function slow(problem: string): ImageError {
  return new ImageError('UPLOAD_TOO_SLOW', { problem });
}
