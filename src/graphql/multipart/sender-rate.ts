import type { IncomingMessage } from 'node:http';
import { ImageError } from '../../image/errors.js';

/** Seconds within which `operations` and `map` must arrive. They are small, like a JSON body. */
const FIELDS_SECONDS = 30;
/** The lowest rate of a file, in bytes a second. */
const LEAST_RATE = 1024;
/** Seconds for which a sender may be below the lowest rate, in addition to the silence that is allowed. */
const SLACK_SECONDS = 10;

/** The pace at which a form arrives. */
export interface SenderPace {
  /** Records bytes that have arrived. */
  came(bytes: number): void;
  /** Records that `operations` and `map` have arrived: from now on the lowest rate holds. */
  fieldsAreThere(): void;
  stop(): void;
}

/**
 * Watches the sender of a form. Seconds in which the gateway has not read the received bytes do not count.
 *
 * @param idleSeconds for which the sender may be silent
 * @param tooSlow called once with UPLOAD_IDLE or UPLOAD_TOO_SLOW
 */
export function senderPace(
  raw: IncomingMessage,
  idleSeconds: number,
  tooSlow: (reason: ImageError) => void,
): SenderPace {
  const most = idleSeconds + SLACK_SECONDS;
  /** Seconds for which the sender may go on. Each second costs one; `LEAST_RATE` bytes add one. */
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
    // The first of its seconds began before the last bytes came.
    if (silent > idleSeconds) tooSlow(new ImageError('UPLOAD_IDLE', { seconds: idleSeconds }));
    else if (fieldSeconds <= 0)
      tooSlow(slow(`\`operations\` and \`map\` must arrive within ${FIELDS_SECONDS} seconds`));
    else if (credit <= 0) tooSlow(slow(`a file must arrive at ${LEAST_RATE} bytes a second or more`));
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
