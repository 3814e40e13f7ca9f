import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import processRequest from 'graphql-upload/processRequest.mjs';
import Upload from 'graphql-upload/Upload.mjs';
import { badInput, ImageError } from '../../image/errors.js';
import { mappedFile, type MappedFile } from './file-map.js';
import { cut, formError, isSystemError, ORDER, partTooLarge } from './form-errors.js';
import { senderRate } from './sender-rate.js';
import { uploadedFile, type UploadedFile } from './uploaded-file.js';

/** The highest number of bytes of `operations`, and of `map`. */
const FIELD_BYTES = 100_000;
/** The highest number of bytes of the rest of a form: boundaries and headers of parts. */
const FRAME_BYTES = 65_536;

export interface FormOptions {
  maxFileSize: number;
  /** Seconds for which the sender may send nothing. */
  idleSeconds: number;
  /** @throws for text that is not JSON or has a key that leads to a prototype */
  parseJson: (text: string) => unknown;
  /** Aborts once the answer is sent or the connection is closed. */
  ended: AbortSignal;
  /** Called once when the form fails, even while its operation runs. */
  onFailure: () => void;
}

/**
 * Reads a form (GraphQL multipart request specification) up to its file. The file arrives while the operation runs.
 *
 * @returns the operation, with the file in its variables
 * @throws ImageError BAD_USER_INPUT with the part at fault, BODY_TOO_LARGE, UPLOAD_ABORTED, UPLOAD_IDLE,
 *   UPLOAD_TOO_SLOW; the file fails with the same errors, and with those of its temporary copy
 */
export async function readForm(raw: IncomingMessage, options: FormOptions): Promise<object> {
  const { maxFileSize, idleSeconds, parseJson, ended, onFailure } = options;
  let parser: Writable | undefined;
  /** The part that the gateway reads now, or expects next. */
  let part = 'operations';
  let operations: object = {};
  let file: MappedFile | undefined;
  let hasFields = false;
  let failure: Error | undefined;
  let left = 2 * FIELD_BYTES + FRAME_BYTES;
  let settle: { end: () => void; fail: (reason: Error) => void };
  const whole = new Promise<void>((end, fail) => (settle = { end, fail }));
  // A form may fail while no resolver reads its file.
  whole.catch(() => undefined);
  const rate = senderRate(raw, idleSeconds, fail);

  raw.on('error', onLeave).once('close', onLeave);
  ended.addEventListener('abort', onLeave);
  if (raw.destroyed || ended.aborted) onLeave();
  if (failure) throw failure;
  const placed = await processRequest(
    {
      headers: raw.headers,
      readableEnded: false,
      pipe: read,
      unpipe: (from) => void raw.unpipe(from),
      resume: () => void raw.resume(),
      // The listeners above handle a sender that leaves.
      once: () => undefined,
    },
    { once: (_close, release) => ended.addEventListener('abort', release) },
    // The parser treats a file of exactly this size as too large.
    { maxFieldSize: FIELD_BYTES, maxFileSize: maxFileSize + 1, maxFiles: 1 },
  ).catch((error: unknown) => {
    rate.stop();
    throw parser ? explain(error) : badInput('Content-Type', 'must be multipart/form-data with a boundary');
  });
  file?.put(fileFor((placed as { file: Upload }).file));
  return operations;

  /**
   * Gives graphql-upload an operation of ours with one place, in place of the client's fields. Otherwise graphql-upload would
   * put the file at any path that `map` names, and it has no hook to prevent that.
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
      .once('close', () => rate.stop());
    raw.pipe(into);
    raw.on('data', count);
  }

  /** Keeps a field, and returns the text that graphql-upload reads instead. */
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
    rate.fieldsArrived();
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
    rate.received(bytes.length);
    left -= bytes.length;
    if (left < 0) fail(partTooLarge(part, hasFields ? maxFileSize : FIELD_BYTES));
  }

  function fileFor(upload: Upload): Upload<UploadedFile> {
    const ours = Object.assign(new Upload<UploadedFile>(), { toJSON: () => 'a file of the form' });
    upload.promise.then(
      (spooled) => {
        // Without this listener, readers of the file would wait forever when the disk is full.
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

  function onLeave(): void {
    if (!raw.readableEnded) fail(new ImageError('UPLOAD_ABORTED'));
  }

  function fail(reason: Error): void {
    if (failure) return;
    failure = reason;
    settle.fail(reason);
    rate.stop();
    parser?.destroy(reason);
    onFailure();
  }

  function explain(error: unknown): Error {
    if (failure) return failure;
    // A file must not be read after the connection has closed, even if it has arrived.
    if (ended.aborted) return new ImageError('UPLOAD_ABORTED');
    return formError(error, { part, file: file?.name });
  }
}
