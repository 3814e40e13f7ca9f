import { Readable } from 'node:stream';
import type { FileUpload } from 'graphql-upload/Upload.mjs';
import { ImageError } from '../../image/errors.js';

const READ_CHUNK = 1024 * 1024;

/** A file of a form, as a resolver gets it. */
export interface UploadedFile {
  /**
   * Begins to read the file, which may still be coming.
   *
   * @throws ImageError if the form has already failed, with the reason
   */
  open(): OpenFile;
}

/** An uploaded file being read. */
export interface OpenFile {
  /**
   * The bytes. They end only after the whole form has arrived: a form that breaks off has no valid file.
   *
   * @param tooLarge the error for a file that is larger than a multipart request may carry
   */
  read(tooLarge: () => ImageError): Readable;
  /** Lets go of the file, read or not; until then its temporary copy stays. */
  close(): void;
}

/** The form that a file belongs to. */
export interface FormOfFile {
  /** Settles when the whole form has arrived, or the form has failed. */
  readonly whole: Promise<void>;
  /** Returns the error for a failure of the file or the form. */
  explain(error: unknown): Error;
}

export function uploadedFile(file: FileUpload, form: FormOfFile): UploadedFile {
  return {
    open() {
      const source = begun(file, form);
      // The file may fail before or after somebody reads it; the reader gets the reason.
      source.on('error', () => undefined);
      return {
        // A reader that has read enough stops listening, and the bytes may fail after that.
        read: (tooLarge) => Readable.from(bytesOf(source, form, tooLarge)).on('error', () => undefined),
        close: () => void source.destroy(),
      };
    },
  };
}

function begun(file: FileUpload, form: FormOfFile): Readable {
  try {
    return file.createReadStream({ highWaterMark: READ_CHUNK });
  } catch (error) {
    // A file over its limit cannot be read further; its reader gets that error, with the image's address.
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
