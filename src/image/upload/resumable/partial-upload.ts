import { Readable } from 'node:stream';
import type { Caller } from '../../../identity/caller.js';
import type { PartialFile, PartialFiles } from '../../../store/partial-files.js';
import type { Log } from '../../../telemetry/log.js';
import type { Declared } from '../declared-digests.js';
import { Block } from '../transfer/block.js';
import { ImageError } from '../../errors.js';
import type { ImageUpload } from '../image-upload.js';
import { inBlocks, incoming, type IncomingLimits } from '../transfer/received-data.js';
import { asImageError, isPassing, rethrowFor } from '../../store-failure.js';

/** What somebody says of an upload that is to come in parts. */
export interface WantedUpload {
  /** Bytes of all parts together; undefined when that is told later. */
  size?: number;
  declared: Omit<Declared, 'size'>;
  /** Name of the store to put it in; the default one where undefined. */
  store?: string;
  /** What the sender wants to be told again. */
  metadata?: Record<string, string | null>;
}

/** What is kept of an unfinished upload beside its bytes. */
export interface UploadFacts extends WantedUpload {
  imageId: string;
  creator: Pick<Caller, 'user' | 'tenant'>;
}

/** A part on its way in. */
export interface ArrivingPart {
  source: Readable;
  /** Called once everything that can be checked beforehand has been: the sender may go on. */
  onAccepted: () => void;
  requestId: string;
  log: Log;
}

/** An upload that comes in parts, while nobody else works on it. */
export interface PartialUpload {
  readonly id: string;
  readonly imageId: string;
  readonly size?: number;
  readonly metadata?: Record<string, string | null>;
  /** Bytes that have come and are safe. The last one counts only once the image is active. */
  readonly offset: number;
  /** When it is removed unless more comes; undefined once it is finished. */
  readonly expiresAt?: Date;
  declareSize(size: number): Promise<void>;
  /** Takes in what follows the offset; with the last byte the image becomes active, or the reason is thrown. */
  append(part: ArrivingPart): Promise<void>;
  remove(): Promise<void>;
}

export interface PartialUploadParts {
  upload: ImageUpload;
  files: PartialFiles<UploadFacts>;
  options: { uploadIdleTimeout: number; resumableUploadExpiry: number };
  log: Log;
}

/** Bytes of a part that are written at a time: there may be many at once. */
const BLOCK = 256 * 1024;

/** @param remember told of each upload that is finished */
export function partialUploads(
  { upload, files, options, log }: PartialUploadParts,
  remember: (id: string, facts: UploadFacts) => void,
) {
  return { opened, whole, discardIfOver };

  /** The upload as it stands. A part that comes is given up on `stop`. */
  function opened(caller: Caller, known: PartialFile<UploadFacts>, stop?: AbortSignal): PartialUpload {
    const { id } = known;
    const { imageId } = known.facts;
    let { facts, bytes, lastChange } = known;
    let offset = safeOffset(known);

    return {
      id,
      imageId,
      metadata: facts.metadata,
      get size() {
        return facts.size;
      },
      get offset() {
        return offset;
      },
      get expiresAt() {
        return offset === facts.size ? undefined : expiryOf({ bytes, lastChange }, options);
      },

      async declareSize(size) {
        await upload.check(caller, imageId, { ...facts.declared, size });
        facts = { ...facts, size };
        await files.record(id, facts).catch(rethrowFor(imageId));
        lastChange = new Date();
      },

      append: (part) =>
        upload.during(async (stopped) => {
          const limits = await limitsOf(AbortSignal.any(stop ? [stop, stopped] : [stopped]));
          part.onAccepted();
          const pieces = inBlocks(incoming(part.source, limits), new Block(BLOCK));
          const before = offset;
          offset = await files.append(id, before, pieces).catch(rethrowFor(imageId));
          if (offset > before) {
            bytes = offset;
            lastChange = new Date();
          }
          if (offset !== facts.size) return;
          stopped.throwIfAborted();
          await finish(part);
        }),

      remove: () => files.remove(id).catch(rethrowFor(imageId)),
    };

    async function limitsOf(signal: AbortSignal): Promise<IncomingLimits> {
      const { size, declared } = facts;
      const limit = size === undefined ? await upload.check(caller, imageId, declared) : undefined;
      const room = (limit?.bytes ?? size!) - offset;
      const tooMany = () => limit?.error() ?? tooLong(size!, offset);
      const idleSeconds = options.uploadIdleTimeout;
      const tooSlow = () => new ImageError('UPLOAD_IDLE', { seconds: idleSeconds });
      return { bytes: room, tooMany, idleSeconds, tooSlow, signal };
    }

    /** From here on it is an upload like any other, whose sender is this gateway. */
    async function finish({ requestId, log }: ArrivingPart): Promise<void> {
      let isClaimed = false;
      const source = Readable.from(arrived());
      try {
        await upload.receive(caller, imageId, {
          source,
          declared: { ...facts.declared, size: facts.size },
          store: facts.store,
          isKept: true,
          onAccepted: () => (isClaimed = true),
          requestId,
          log,
        });
        remember(id, facts);
      } catch (error) {
        // One of nothing would look whole, and is begun again as easily.
        if (!isClaimed && facts.size !== 0) return await discardIfOver(id)(error);
        if (!isPassing(error) || facts.size === 0) await discard(id);
        throw error;
      } finally {
        source.destroy();
      }
      await discard(id);
    }

    async function* arrived(): AsyncGenerator<Buffer> {
      try {
        yield* files.read(id);
      } catch (error) {
        throw asImageError(error, imageId);
      }
    }
  }

  /** A finished upload, of which nothing is left but that it is known. */
  function whole(id: string, { imageId, size, metadata }: UploadFacts, forget: () => void): PartialUpload {
    const nothingMore = () => Promise.resolve();
    return {
      id,
      imageId,
      size,
      metadata,
      offset: size!,
      declareSize: nothingMore,
      append: nothingMore,
      remove: () => Promise.resolve(forget()),
    };
  }

  /** An image that waits for no data will never do so again. */
  function discardIfOver(id: string) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof ImageError && error.code === 'IMAGE_NOT_QUEUED') await discard(id);
      throw error;
    };
  }

  async function discard(id: string): Promise<void> {
    await files.remove(id).catch((error: unknown) => {
      log.warn({ err: error, uploadId: id }, 'what is left of a resumable upload is left to the sweep');
    });
  }
}

/** Returns the error for a part that exceeds the announced length of the whole. */
export function tooLong(length: number, offset: number): ImageError {
  const come = offset > 0 ? `, of which ${offset} have come` : '';
  const why = ` Upload-Length announced ${length} bytes${come}.`;
  return new ImageError('BODY_TOO_LARGE', { maximum: length - offset, why });
}

/** True for one of which all has come. */
export function isWhole({ facts, bytes }: PartialFile<UploadFacts>): boolean {
  return bytes === facts.size;
}

/** True for one to which nothing has come for too long. */
export function isExpired(known: PartialFile<UploadFacts>, options: Expiry): boolean {
  return expiryOf(known, options).getTime() <= Date.now();
}

/**
 * Returns the bytes of disk space that an upload reserves: as many again as have arrived, within its length and a
 * window. An announced length alone reserves none.
 */
export function roomKept({ facts, bytes }: PartialFile<UploadFacts>): number {
  return Math.max(0, Math.min((facts.size ?? 0) - bytes, bytes, WINDOW));
}

const WINDOW = 64 * 1024 * 1024;

type Expiry = Pick<PartialUploadParts['options'], 'resumableUploadExpiry'>;

/** An upload without a byte expires early: its client loses nothing, and others need its place. */
function expiryOf(
  { bytes, lastChange }: Pick<PartialFile<UploadFacts>, 'bytes' | 'lastChange'>,
  { resumableUploadExpiry }: Expiry,
): Date {
  const seconds = bytes > 0 ? resumableUploadExpiry : Math.min(resumableUploadExpiry, EMPTY_EXPIRY_SECONDS);
  return new Date(lastChange.getTime() + seconds * 1000);
}

const EMPTY_EXPIRY_SECONDS = 600;

/** Clients take an upload of which all has come for done; it is when its image is active, and not before. */
function safeOffset({ facts: { size }, bytes }: PartialFile<UploadFacts>): number {
  return size === undefined ? bytes : Math.min(bytes, Math.max(0, size - 1));
}
