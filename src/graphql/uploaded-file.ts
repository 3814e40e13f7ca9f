import { Readable } from 'node:stream';
import type { FileUpload } from 'graphql-upload/Upload.mjs';
import { ImageError } from '../image/errors.js';

const READ_CHUNK = 1024 * 1024;

/** A file of a form, as a resolver gets it. */
export interface UploadedFile {
  /**
   * Begins to read the file, which may still be coming.
   *
   * @throws ImageError the reason why the form has failed already
   */
  open(): OpenFile;
}

/** An uploaded file being read. */
export interface OpenFile {
  /**
   * The bytes. They end only after the form has come to its end: a form that breaks off is no file.
   *
   * @param tooLarge the error that more bytes than a multipart request may carry are
   */
  read(tooLarge: () => ImageError): Readable;
  /** Lets go of the file, read or not; until then its temporary copy stays. */
  close(): void;
}

/** The form that a file belongs to. */
export interface FormOfFile {
  /** Settles when the form has come to its end, or has failed. */
  readonly whole: Promise<void>;
  /** The reason to tell for a failure of the file or the form. */
  explain(error: unknown): Error;
}

export function uploadedFile(file: FileUpload, form: FormOfFile): UploadedFile {
  return {
    open() {
      const source = begun(file, form);
      // It may fail before anybody reads it, or after; the reader is told the reason.
      source.on('error', () => undefined);
      return {
        // A reader that has seen enough listens no more, and the bytes may fail even then.
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
    // A file over its limit can be read no more; whoever reads it is told so, with the image's address.
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
