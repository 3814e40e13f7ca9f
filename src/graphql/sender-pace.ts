import type { IncomingMessage } from 'node:http';
import { ImageError } from '../image/errors.js';

/** Seconds in which `operations` and `map` must come. They are small, as a JSON body is. */
const FIELDS_SECONDS = 30;
/** Bytes a second that a file must bring. */
const LEAST_RATE = 1024;
/** Seconds for which a sender may be below the least rate, beyond the silence that is allowed. */
const SLACK_SECONDS = 10;

/** The pace at which a form comes. */
export interface SenderPace {
  /** Says that bytes have come. */
  came(bytes: number): void;
  /** Says that `operations` and `map` are there: from now on the least rate holds. */
  fieldsAreThere(): void;
  stop(): void;
}

/**
 * Watches the sender of a form. Seconds in which we have not taken what came do not count.
 *
 * @param idleSeconds for which the sender may be silent
 * @param tooSlow told once: UPLOAD_IDLE or UPLOAD_TOO_SLOW
 */
export function senderPace(
  raw: IncomingMessage,
  idleSeconds: number,
  tooSlow: (reason: ImageError) => void,
): SenderPace {
  const most = idleSeconds + SLACK_SECONDS;
  /** Seconds for which the sender may go on at this pace. Each second costs one, and so many bytes buy one. */
  let credit = most;
  let silent = 0;
  let fieldSeconds = FIELDS_SECONDS;
  let needsFields = true;
  const watch = setInterval(() => {
    // Our own disk may be the slow one.
    if (raw.isPaused() || raw.readableLength > 0) return;
    silent += 1;
    if (needsFields) fieldSeconds -= 1;
    else credit -= 1;
    // The first of its seconds began before the last bytes came.
    if (silent > idleSeconds) tooSlow(new ImageError('UPLOAD_IDLE', { seconds: idleSeconds }));
    else if (fieldSeconds <= 0)
      tooSlow(slow(`\`operations\` and \`map\` must come within ${FIELDS_SECONDS} seconds`));
    else if (credit <= 0) tooSlow(slow(`a file must bring at least ${LEAST_RATE} bytes a second`));
  }, 1000).unref();

  return {
    came(bytes) {
      silent = 0;
      credit = Math.min(most, credit + bytes / LEAST_RATE);
    },
    fieldsAreThere: () => void (needsFields = false),
    stop: () => clearInterval(watch),
  };
}

function slow(problem: string): ImageError {
  return new ImageError('UPLOAD_TOO_SLOW', { problem });
}
