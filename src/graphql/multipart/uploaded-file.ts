import { Readable } from 'node:stream';
import type { FileUpload } from 'graphql-upload/Upload.mjs';
import { ImageError } from '../../image/errors.js';

const READ_CHUNK = 1024 * 1024;

/** A file of a form, as resolvers get it. */
export interface UploadedFile {
  /**
   * Begins to read the file, which may still be arriving.
   *
   * @throws ImageError if the form has already failed, with the reason
   */
  open(): OpenFile;
}

/** An uploaded file that is being read. */
export interface OpenFile {
  /**
   * Reads the bytes. They end only after the whole form has arrived: an incomplete form has no valid file.
   *
   * @param tooLarge returns the error for a file over the limit of multipart requests
   */
  read(tooLarge: () => ImageError): Readable;
  /** Releases the file and its temporary copy. */
  close(): void;
}

/** The form of a file. */
export interface FormOfFile {
  /** Resolves when the whole form has arrived, and rejects when the form fails. */
  readonly whole: Promise<void>;
  /** Returns the error for a failure of the file or the form. */
  explain(error: unknown): Error;
}

export function uploadedFile(file: FileUpload, form: FormOfFile): UploadedFile {
  return {
    open() {
      const source = readerOf(file, form);
      // The file may fail before it is read; the reader gets the error later.
      source.on('error', () => undefined);
      return {
        // The bytes may fail after the reader has stopped.
        read: (tooLarge) => Readable.from(bytesOf(source, form, tooLarge)).on('error', () => undefined),
        close: () => void source.destroy(),
      };
    },
  };
}

function readerOf(file: FileUpload, form: FormOfFile): Readable {
  try {
    return file.createReadStream({ highWaterMark: READ_CHUNK });
  } catch (error) {
    // The reader of a file over the limit gets that error, with the URL for the data.
    if (isTooLarge(error)) return new Readable().destroy(error);
    throw form.explain(error);
  }
}

async function* bytesOf(
  source: Readable,
  form: FormOfFile,
  tooLarge: () => ImageError,
): AsyncGenerator<Buffer> {
  try {
    yield* source as AsyncIterable<Buffer>;
    await form.whole;
  } catch (error) {
    throw isTooLarge(error) ? tooLarge() : form.explain(error);
  }
}

function isTooLarge(error: unknown): error is Error {
  return !(error instanceof ImageError) && (error as { status?: number }).status === 413;
}
