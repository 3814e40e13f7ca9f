import { Readable } from 'node:stream';
import type { Caller } from '../../../identity/caller.js';
import type { PartialFile, PartialFiles } from '../../../store/partial-files.js';
import type { Log } from '../../../telemetry/log.js';
import type { Declared, Digest } from '../declared-digests.js';
import { Block } from '../transfer/block.js';
import { ImageError } from '../../errors.js';
import type { ImageUpload } from '../image-upload.js';
import { inBlocks, receivedData, type ReceiveLimits } from '../transfer/received-data.js';
import { asImageError, isTransient, rethrowFor } from '../../store-failure.js';

/** A request for a resumable upload. */
export interface WantedUpload {
  /** Bytes of all parts together; undefined when the sender declares them later. */
  size?: number;
  declared: Omit<Declared, 'size'>;
  /** The name of the store for the data; undefined for the default store. */
  store?: string;
  /** Metadata that the sender gets back. */
  metadata?: Record<string, string | null>;
}

/** The facts of a resumable upload that lie beside its bytes. */
export interface UploadFacts extends WantedUpload {
  imageId: string;
  creator: Pick<Caller, 'user' | 'tenant'>;
}

/** A resumable upload that is not stored yet, as a list shows it. */
export type UnfinishedUpload = Readonly<
  Pick<PartialUpload, 'id' | 'imageId' | 'size' | 'metadata' | 'offset'> & { expiresAt: Date }
>;

/** A part that a sender sends. */
export interface SentPart {
  source: Readable;
  /** The digest of all parts together, which counts as if it had been declared at the start. */
  hash?: Digest;
  /** Called after all checks that come before the data: the sender may go on. */
  onAccepted: () => void;
  requestId: string;
  log: Log;
}

/** A resumable upload, in the hands of one request at a time. */
export interface PartialUpload {
  readonly id: string;
  readonly imageId: string;
  readonly size?: number;
  readonly metadata?: Record<string, string | null>;
  /** Bytes that the gateway holds. The last byte counts only once the image is active. */
  readonly offset: number;
  /** The time when the upload is removed unless more data comes; undefined once all data is stored. */
  readonly expiresAt?: Date;
  declareSize(size: number): Promise<void>;
  /** Receives the data behind the offset. With the last byte the image becomes active, or this throws the reason. */
  append(part: SentPart): Promise<void>;
  remove(): Promise<void>;
}

export interface PartialUploadParts {
  upload: ImageUpload;
  files: PartialFiles<UploadFacts>;
  options: { uploadIdleTimeout: number; resumableUploadExpiry: number };
  log: Log;
}

/** Bytes of a part that are written at a time. They are few, since many parts may come at once. */
const BLOCK = 256 * 1024;

/** @param remember called for each upload whose data was stored */
export function partialUploads(
  { upload, files, options, log }: PartialUploadParts,
  remember: (id: string, facts: UploadFacts) => void,
) {
  return { openedUpload, storedUpload, discardIfFilled };

  /** Returns an upload that is not stored yet. `stop` ends a part that is coming. */
  function openedUpload(caller: Caller, known: PartialFile<UploadFacts>, stop?: AbortSignal): PartialUpload {
    const { id } = known;
    const { imageId } = known.facts;
    let { facts, bytes, lastChange } = known;
    let offset = shownOffset(known);

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
          if (part.hash) await declare(part.hash);
          const limits = await limitsOf(AbortSignal.any(stop ? [stop, stopped] : [stopped]));
          part.onAccepted();
          const pieces = inBlocks(receivedData(part.source, limits), new Block(BLOCK));
          const before = offset;
          offset = await files.append(id, before, pieces).catch(rethrowFor(imageId));
          if (offset > before) {
            bytes = offset;
            lastChange = new Date();
          }
          if (offset !== facts.size) return;
          stopped.throwIfAborted();
          await store(part);
        }),

      remove: () => files.remove(id).catch(rethrowFor(imageId)),
    };

    /** Records a digest beside the parts, since the sender need not repeat it if the gateway dies before it has stored them. */
    async function declare(hash: Digest): Promise<void> {
      const known = facts.declared.furtherHashes?.[0];
      if (known?.algorithm === hash.algorithm && known.value === hash.value) return;
      facts = { ...facts, declared: { ...facts.declared, furtherHashes: [hash] } };
      await files.record(id, facts).catch(rethrowFor(imageId));
    }

    async function limitsOf(signal: AbortSignal): Promise<ReceiveLimits> {
      const { size, declared } = facts;
      const limit = size === undefined ? await upload.check(caller, imageId, declared) : undefined;
      const room = (limit?.bytes ?? size!) - offset;
      const tooMany = () => limit?.error() ?? tooLong(size!, offset);
      const idleSeconds = options.uploadIdleTimeout;
      const tooSlow = () => new ImageError('UPLOAD_IDLE', { seconds: idleSeconds });
      return { bytes: room, tooMany, idleSeconds, tooSlow, signal };
    }

    /** Stores the parts. From here on this is an upload like any other, whose sender is this gateway. */
    async function store({ requestId, log }: SentPart): Promise<void> {
      let isClaimed = false;
      const source = Readable.from(allParts());
      try {
        await upload.receive(caller, imageId, {
          source,
          declared: { ...facts.declared, size: facts.size },
          store: facts.store,
          canRepeat: true,
          onAccepted: () => (isClaimed = true),
          requestId,
          log,
        });
        remember(id, facts);
      } catch (error) {
        // An upload of no bytes would count as unstored, and its sender can begin it again at no cost.
        if (!isClaimed && facts.size !== 0) return await discardIfFilled(id)(error);
        if (!isTransient(error) || facts.size === 0) await discard(id);
        throw error;
      } finally {
        source.destroy();
      }
      await discard(id);
    }

    async function* allParts(): AsyncGenerator<Buffer> {
      try {
        yield* files.read(id);
      } catch (error) {
        throw asImageError(error, imageId);
      }
    }
  }

  /** Returns an upload whose data was stored. Only the fact of it is left. */
  function storedUpload(
    id: string,
    { imageId, size, metadata }: UploadFacts,
    forget: () => void,
  ): PartialUpload {
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

  /** Discards an upload to an image that is not queued: the image will not be queued again for this upload. */
  function discardIfFilled(id: string) {
    return async (error: unknown): Promise<never> => {
      if (error instanceof ImageError && error.code === 'IMAGE_NOT_QUEUED') await discard(id);
      throw error;
    };
  }

  async function discard(id: string): Promise<void> {
    await files.remove(id).catch((error: unknown) => {
      log.warn({ err: error, uploadId: id }, 'the rest of a resumable upload is left to the sweep');
    });
  }
}

/** Returns the error for a part that exceeds the announced length of the upload. */
export function tooLong(length: number, offset: number): ImageError {
  const come = offset > 0 ? `, of which ${offset} have come` : '';
  const why = ` Upload-Length announced ${length} bytes${come}.`;
  return new ImageError('BODY_TOO_LARGE', { maximum: length - offset, why });
}

/** Returns true when all bytes of the upload have come. */
export function hasAllBytes({ facts, bytes }: PartialFile<UploadFacts>): boolean {
  return bytes === facts.size;
}

/** Returns true when no data has come for too long. */
export function isExpired(known: PartialFile<UploadFacts>, options: Expiry): boolean {
  return expiryOf(known, options).getTime() <= Date.now();
}

/** Returns an upload as a list shows it. */
export function unfinishedUpload(known: PartialFile<UploadFacts>, options: Expiry): UnfinishedUpload {
  const { imageId, size, metadata } = known.facts;
  return {
    id: known.id,
    imageId,
    size,
    metadata,
    offset: shownOffset(known),
    expiresAt: expiryOf(known, options),
  };
}

/**
 * Returns the bytes of disk space that an upload reserves: as many again as have come, up to the rest of its length and
 * a window. An announced length alone reserves none.
 */
export function reservedRoom({ facts, bytes }: PartialFile<UploadFacts>): number {
  return Math.max(0, Math.min((facts.size ?? 0) - bytes, bytes, WINDOW));
}

const WINDOW = 64 * 1024 * 1024;

type Expiry = Pick<PartialUploadParts['options'], 'resumableUploadExpiry'>;

/** Returns the time of expiry. An upload without a byte expires early: its client loses nothing, and others need its place. */
function expiryOf(
  { bytes, lastChange }: Pick<PartialFile<UploadFacts>, 'bytes' | 'lastChange'>,
  { resumableUploadExpiry }: Expiry,
): Date {
  const seconds = bytes > 0 ? resumableUploadExpiry : Math.min(resumableUploadExpiry, EMPTY_EXPIRY_SECONDS);
  return new Date(lastChange.getTime() + seconds * 1000);
}

const EMPTY_EXPIRY_SECONDS = 600;

/**
 * Returns the offset that clients see. It is one byte less than the data while an upload is unstored: a client takes an
 * upload at its full length for done, but it is done only once the image is active.
 */
function shownOffset({ facts: { size }, bytes }: PartialFile<UploadFacts>): number {
  return size === undefined ? bytes : Math.min(bytes, Math.max(0, size - 1));
}
