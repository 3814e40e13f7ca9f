import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import processRequest from 'graphql-upload/processRequest.mjs';
import Upload from 'graphql-upload/Upload.mjs';
import { badInput, ImageError } from '../../image/errors.js';
import { mappedFile, type MappedFile } from './file-map.js';
import { cut, formError, isSystemError, ORDER, partTooLarge } from './form-errors.js';
import { senderPace } from './sender-rate.js';
import { uploadedFile, type UploadedFile } from './uploaded-file.js';

/** The highest number of bytes of `operations`, and of `map`. */
const FIELD_BYTES = 100_000;
/** The highest number of bytes of the rest of a form: boundaries, headers of parts. */
const FRAME_BYTES = 65_536;

export interface FormOptions {
  maxFileSize: number;
  /** Seconds for which the sender may be silent. */
  idleSeconds: number;
  /** @throws for text that is not JSON, or has a key that leads to a prototype */
  parseJson: (text: string) => unknown;
  /** Aborts once the answer is sent or the connection is closed. */
  over: AbortSignal;
  /** Called once when the form fails, even while its operation runs. */
  onFailure: () => void;
}

/**
 * Reads a form of the GraphQL multipart request specification up to its file, which comes while the operation runs.
 *
 * @returns the operation, with the file in its places
 * @throws ImageError BAD_USER_INPUT with the part at fault, BODY_TOO_LARGE, UPLOAD_ABORTED, UPLOAD_IDLE,
 *   UPLOAD_TOO_SLOW; the file fails with the same errors, and with those of its temporary copy
 */
export async function readForm(raw: IncomingMessage, options: FormOptions): Promise<object> {
  const { maxFileSize, idleSeconds, parseJson, over, onFailure } = options;
  let parser: Writable | undefined;
  /** The part that the gateway reads, or the next one. */
  let part = 'operations';
  let operations: object = {};
  let file: MappedFile | undefined;
  let hasFields = false;
  let failure: Error | undefined;
  let left = 2 * FIELD_BYTES + FRAME_BYTES;
  let settle: { end: () => void; fail: (reason: Error) => void };
  const whole = new Promise<void>((end, fail) => (settle = { end, fail }));
  // A form may fail when nobody reads its file.
  whole.catch(() => undefined);
  const pace = senderPace(raw, idleSeconds, fail);

  raw.on('error', leave).once('close', leave);
  over.addEventListener('abort', leave);
  if (raw.destroyed || over.aborted) leave();
  if (failure) throw failure;
  const placed = await processRequest(
    {
      headers: raw.headers,
      readableEnded: false,
      pipe: read,
      unpipe: (from) => void raw.unpipe(from),
      resume: () => void raw.resume(),
      // The code above handles a sender that leaves.
      once: () => undefined,
    },
    { once: (_close, release) => over.addEventListener('abort', release) },
    // The parser treats a file of exactly this size as too large.
    { maxFieldSize: FIELD_BYTES, maxFileSize: maxFileSize + 1, maxFiles: 1 },
  ).catch((error: unknown) => {
    pace.stop();
    throw parser ? explain(error) : badInput('Content-Type', 'must be multipart/form-data with a boundary');
  });
  file?.put(fileFor((placed as { file: Upload }).file));
  return operations;

  /**
   * graphql-upload places files at any path that `map` names, and has no hook to prevent it. So it reads an operation
   * of ours with one place instead of the client's fields; its stream goes through this module, which swaps them.
   */
  function read(into: Writable): void {
    parser = into;
    const [take] = into.listeners('field');
    into
      .off('field', take as () => void)
      .on('field', (name: unknown, value: string, info: { valueTruncated: boolean }) => {
        if (failure) return;
        try {
          take(name, substitute(String(name), value, info.valueTruncated), info);
        } catch (error) {
          fail(error as Error);
        }
      })
      .prependListener('file', () => {
        if (!hasFields) fail(badInput(part, `is missing; ${ORDER}`));
      })
      .removeAllListeners('filesLimit')
      .once('filesLimit', () => fail(badInput('map', 'names one file, but the form has more')))
      .on('error', (error: Error) => fail(explain(error)))
      .once('finish', () => settle.end())
      .once('close', () => pace.stop());
    raw.pipe(into);
    raw.on('data', count);
  }

  /** Keeps a field, and returns the text that graphql-upload reads in its place. */
  function substitute(name: string, value: string, isCut: boolean): string {
    if (isCut) throw partTooLarge(name, FIELD_BYTES);
    if (name !== part) throw badInput(cut(name), `is not the expected part; ${ORDER}`);
    const parsed = json(name, value);
    if (name === 'operations') {
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
        throw badInput(name, 'must be one operation, as a JSON object; a list of operations is refused');
      operations = parsed;
      part = 'map';
      return '{}';
    }
    file = mappedFile(parsed, operations);
    part = file?.name ?? 'the last part';
    hasFields = true;
    left += maxFileSize;
    pace.fieldsAreThere();
    return JSON.stringify(file ? { [file.name]: ['file'] } : {});
  }

  function json(name: string, value: string): unknown {
    try {
      return parseJson(value);
    } catch {
      throw badInput(name, 'must be JSON, without keys that lead to a prototype');
    }
  }

  function count(bytes: Buffer): void {
    pace.came(bytes.length);
    left -= bytes.length;
    if (left < 0) fail(partTooLarge(part, hasFields ? maxFileSize : FIELD_BYTES));
  }

  function fileFor(upload: Upload): Upload<UploadedFile> {
    const ours = Object.assign(new Upload<UploadedFile>(), { toJSON: () => 'a file of the form' });
    upload.promise.then(
      (spooled) => {
        // Without this, a full disk would keep the readers of the file waiting.
        spooled.capacitor.on('error', (error) => {
          if (!isSystemError(error)) return;
          fail(explain(error));
          spooled.capacitor.destroy(failure);
        });
        ours.resolve(uploadedFile(spooled, { whole, explain }));
      },
      (error: unknown) => ours.reject(explain(error)),
    );
    return ours;
  }

  function leave(): void {
    if (!raw.readableEnded) fail(new ImageError('UPLOAD_ABORTED'));
  }

  function fail(reason: Error): void {
    if (failure) return;
    failure = reason;
    settle.fail(reason);
    pace.stop();
    parser?.destroy(reason);
    onFailure();
  }

  function explain(error: unknown): Error {
    if (failure) return failure;
    // A file that has arrived as a whole must become unreadable once nobody waits for the answer.
    if (over.aborted) return new ImageError('UPLOAD_ABORTED');
    return formError(error, { part, file: file?.name });
  }
}
