import { Readable } from 'node:stream';
import { type ImageError } from '../image/errors.js';

const READ_CHUNK = 1024 * 1024;

/** A file of a multipart request, as graphql-upload gives it to a resolver. */
export interface UploadedFile {
  createReadStream(options: { highWaterMark: number }): Readable;
}

/** An uploaded file being read. */
export interface OpenFile {
  readonly bytes: Readable;
  /** Lets go of the file, read or not; until then its temporary copy stays. */
  close(): void;
}

/** @param tooLarge the error that more bytes than a multipart request may carry are */
export function openFile(file: UploadedFile, tooLarge: () => ImageError): OpenFile {
  // It may have failed already, or fail before anybody reads it; whoever does read is told the first reason.
  let reason: unknown;
  const source = opened();
  source?.on('error', (error) => (reason ??= error));
  return { bytes: Readable.from(read()), close: () => void source?.destroy() };

  function opened(): Readable | undefined {
    try {
      return file.createReadStream({ highWaterMark: READ_CHUNK });
    } catch (error) {
      reason = error;
      return undefined;
    }
  }

  async function* read(): AsyncGenerator<unknown> {
    try {
      if (!source) throw reason;
      yield* source;
    } catch (error) {
      const first = (reason ?? error) as Error & { status?: number };
      throw first.status === 413 ? tooLarge() : first;
    }
  }
}
