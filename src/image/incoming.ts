import type { Readable } from 'node:stream';
import { SourceError } from '../store/http-source.js';
import { ImageError } from './errors.js';

export interface IncomingLimits {
  /** Most bytes, and the error that more of them are. */
  bytes: number;
  tooMany: () => ImageError;
  /** Seconds for which the sender may be silent, while we are busy ourselves none count; and the error that longer is. */
  idleSeconds: number;
  tooSlow: () => ImageError;
  /** Ends it with its reason. */
  signal: AbortSignal;
}

/**
 * Data piece by piece as its sender sends it, limited and with a deadline for silence.
 *
 * @throws ImageError UPLOAD_ABORTED, the errors of the limits or of the source (SourceError for one that we read), or the reason of the signal
 */
export async function* incoming(source: Readable, limits: IncomingLimits): AsyncGenerator<Buffer> {
  // Not destroyed when we stop early: its connection still has to carry our answer.
  const pieces = source.iterator({ destroyOnReturn: false });
  let size = 0;
  try {
    for (;;) {
      limits.signal.throwIfAborted();
      const { done, value } = await nextOf(pieces, limits);
      if (done) return;
      const piece = value as Buffer;
      size += piece.length;
      if (size > limits.bytes) throw limits.tooMany();
      yield piece;
    }
  } finally {
    // Let go of, so that what is still to come can be read past. Not awaited: it may wait for the sender.
    void pieces.return?.();
  }
}

function nextOf(
  pieces: AsyncIterator<unknown>,
  { signal, idleSeconds, tooSlow }: IncomingLimits,
): Promise<IteratorResult<unknown>> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    const fail = (error: Error) => {
      over();
      reject(error);
    };
    const stop = () => fail(signal.reason as Error);
    const timer = setTimeout(() => fail(tooSlow()), idleSeconds * 1000);
    signal.addEventListener('abort', stop);
    pieces.next().then(
      (piece) => {
        over();
        resolve(piece);
      },
      (cause: unknown) => fail(isNamed(cause) ? cause : new ImageError('UPLOAD_ABORTED', {}, { cause })),
    );
  });
}

function isNamed(error: unknown): error is Error {
  return error instanceof ImageError || error instanceof SourceError;
}
