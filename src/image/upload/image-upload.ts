import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { bufferPool } from '../../store/buffer-pool.js';
import type { Store, Upload } from '../../store/store.js';
import type { Stores } from '../../store/stores.js';
import type { Log } from '../../telemetry/log.js';
import { requireChangeable } from '../access/access.js';
import { Arrival } from './transfer/measured-data.js';
import { Block } from './transfer/block.js';
import { claiming, type Claimed } from './claim.js';
import { requireAsDeclared, type Declared } from './declared-digests.js';
import type { Collecting, Collection, Delivery } from './upload-request.js';
import type { DigestThreads } from './transfer/digest-threads.js';
import { badInput, failureReason, ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { lockIfFound } from '../records/find-and-lock.js';
import { imageRecords } from '../records/image-records.js';
import type { LocationCipher } from '../records/location-cipher.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import { refuseReadOnly, type Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { runningUploads } from './running-uploads.js';
import type { UploadLimit } from '../access/storage-quota.js';
import { asUploadError, isPassing } from '../store-failure.js';
import { uploadCompletion } from './upload-completion.js';
import type { UploadLeases } from './upload-lease.js';
import { killImage, type SettleUpload } from './upload-settlement.js';
import { whileAway } from '../../database/while-away.js';

/** Taking in the bytes of an image. */
export interface ImageUpload {
  /**
   * Takes in the data of a queued image and makes it active. On failure the bytes are removed, the image
   * is killed and the reason kept; what can be refused beforehand leaves the image queued.
   */
  receive(caller: Caller, id: string, delivery: Delivery): Promise<ImageRow>;
  /**
   * Claims a queued image and collects its data behind the back of the caller, who may leave. From the claim on it
   * is as `receive`.
   */
  collect(caller: Caller, id: string, collection: Collection): Promise<Collecting>;
  /** Gives up an image that waits for data, because of what was sent: it is killed and the reason kept. */
  refuse(caller: Caller, id: string, reason: string, requestId: string): Promise<void>;
  /**
   * Asks what `receive` would ask before data comes, and changes nothing.
   *
   * @returns the highest number of bytes for the image, and its id as its row has it
   */
  check(caller: Caller, id: string, declared: Declared): Promise<UploadLimit & { imageId: string }>;
  /** Asks of that what has to do with the caller and the image alone, not with sizes and quotas. */
  requireFillable(caller: Caller, id: string): Promise<void>;
  /**
   * Does work that leads to `receive`. `drain` waits for it, and stops it as it does an upload.
   *
   * @throws ImageError SHUTTING_DOWN while the gateway is draining
   */
  during<T>(work: (stopped: AbortSignal) => Promise<T>): Promise<T>;
  /** @throws ImageError when the caller, or everybody just now, may not upload at all */
  requireUploader(caller: Caller): void;
  /** @throws ImageError BAD_USER_INPUT for a name that no store has */
  requireStore(name: string | undefined): void;
  /** Takes no more uploads, and ends those that run longer than the seconds given. */
  drain(seconds: number): Promise<void>;
  readonly isDraining: boolean;
}

export interface UploadOptions {
  imageSizeCap: number;
  uploadIdleTimeout: number;
  hashingAlgorithm: string;
}

export interface UploadParts {
  database: Database;
  stores: Stores;
  cipher: LocationCipher;
  policy: Policy;
  protection: PropertyProtection;
  quota: OwnerQuota;
  leases: UploadLeases;
  settle: SettleUpload;
  threads: DigestThreads;
  options: UploadOptions;
}

/** What an upload needs from its claim on, whoever sends the data. */
type Intake = Pick<Collection, 'open' | 'requestId' | 'log'> & {
  store: Store;
  /** The error that a sender is who says nothing for too long. */
  tooSlow: () => ImageError;
  toTheLetter?: boolean;
  isKept?: boolean;
  onAccepted?: () => void;
  onArrival?: (arrival: Arrival, size: number | undefined) => void;
};

const MIB = 1024 * 1024;

export function imageUpload(parts: UploadParts): ImageUpload {
  const { database, stores, policy, protection, leases, settle, threads, options } = parts;
  const columns = imageColumns(database);
  const { claim, check, requireFillable } = claiming(parts);
  const completion = uploadCompletion(parts);
  const running = runningUploads();
  const blocks = bufferPool(4 * MIB, MIB / 16, (bytes) => new Block(bytes));

  return {
    requireUploader,

    requireStore: (name) => void storeFor(name),

    async check(caller, id, declared) {
      requireRights(caller);
      return check(caller, id, declared);
    },

    async requireFillable(caller, id) {
      requireRights(caller);
      await requireFillable(caller, id);
    },

    async during(work) {
      refuseWhileDraining();
      const stop = new AbortController();
      return running.track(stop, work(stop.signal));
    },

    async receive(caller, id, { source, declared, store: name, ...delivery }) {
      if (!delivery.isKept) refuseWhileDraining();
      requireRights(caller);
      const store = storeFor(name);
      const stop = new AbortController();
      const open = () => Promise.resolve({ data: source, size: undefined });
      const claimed = claim(caller, id, { said: declared, rules: ['upload_image'] });
      return running.track(
        stop,
        claimed.then((ours) => take(ours, { ...delivery, store, open, tooSlow }, stop)),
      );
    },

    async collect(caller, id, { rules, isLenient, onClaim, store: name, ...collection }) {
      requireUploader(caller);
      const store = storeFor(name);
      const stop = new AbortController();
      const claimed = claim(caller, id, { said: {}, rules: ['upload_image', ...rules], isLenient, onClaim });
      let seen: { arrival: Arrival; size: number | undefined } | undefined;
      const intake: Intake = {
        ...collection,
        store,
        tooSlow: () => new ImageError('SOURCE_FAILED', {}, { cause: tooSlow() }),
        onArrival: (arrival, size) => (seen = { arrival, size }),
      };
      const ended = running.track(
        stop,
        claimed.then((ours) => take(ours, intake, stop)),
      );
      // Whoever wants to know how it ended may ask; that nobody does is no failure of the process.
      ended.catch(() => undefined);
      const { image, upload } = await claimed;
      protection.hide(caller, [image]);
      return {
        image,
        upload,
        progress: () => ({ bytesReceived: seen?.arrival.received ?? 0, size: seen?.size ?? null }),
        stop: (reason) => stop.abort(reason),
        ended,
      };
    },

    async refuse(caller, id, reason, requestId) {
      await database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockIfFound(transaction, records, caller, id);
        if (!image) return;
        requireChangeable(caller, image);
        await killImage(transaction, records, image.id, ['queued'], { reason, requestId });
      });
    },

    drain: (seconds) => running.drain(seconds),

    get isDraining() {
      return running.isDraining;
    },
  };

  function tooSlow(): ImageError {
    return new ImageError('UPLOAD_IDLE', { seconds: options.uploadIdleTimeout });
  }

  function requireUploader(caller: Caller): void {
    refuseWhileDraining();
    requireRights(caller);
  }

  function refuseWhileDraining(): void {
    if (running.isDraining) throw new ImageError('SHUTTING_DOWN');
  }

  function requireRights(caller: Caller): void {
    refuseReadOnly(caller);
    policy.require(caller, 'upload_image');
    if (database.readOnly) throw new ImageError('DATABASE_READ_ONLY');
    if (!database.hasGatewayTables) throw new ImageError('UPLOADS_UNAVAILABLE');
  }

  function storeFor(name: string | undefined): Store {
    const store = name === undefined ? stores.default : stores.named(name);
    if (store) return store;
    throw badInput('store', `must be one of ${stores.all.map((each) => each.name).join(', ')}`);
  }

  async function take(claimed: Claimed, intake: Intake, stop: AbortController): Promise<ImageRow> {
    const { caller, upload, limit } = claimed;
    const { requestId, log, store } = intake;
    const heartbeat = keepAlive(upload, stop, log);
    try {
      intake.onAccepted?.();
      const { data, size = claimed.declared.size } = await intake.open(stop.signal);
      const declared = { ...claimed.declared, size };
      if (size !== (claimed.declared.size ?? size))
        throw new ImageError('SIZE_MISMATCH', { declared: claimed.declared.size, actual: size });
      if ((size ?? 0) > limit.bytes) throw limit.error(size);
      if (size !== undefined && claimed.declared.size === undefined) await completion.announce(upload, size);
      const algorithms = ['md5', options.hashingAlgorithm, declared.hash?.algorithm ?? 'md5'];
      const arrival = new Arrival(data, algorithms, threads, {
        bytes: limit.bytes,
        tooMany: limit.error,
        idleSeconds: options.uploadIdleTimeout,
        tooSlow: intake.tooSlow,
        signal: stop.signal,
        blocks,
      });
      intake.onArrival?.(arrival, size);
      await store.write(upload, arrival.data(), { size, signal: stop.signal });
      const measured = await arrival.measured();
      requireAsDeclared(declared, measured, intake.toTheLetter);
      const location = { url: await store.publish(upload, stop.signal), store: store.name };
      const image = await whileAway(() => completion.activate(upload, location, measured));
      protection.hide(caller, [image]);
      await store
        .release(upload)
        .catch((error: unknown) => log.warn({ err: error }, 'a temporary name stays behind'));
      await leases
        .end(upload)
        .catch((error: unknown) => log.warn({ err: error }, 'a lease ends by its deadline'));
      return image;
    } catch (error) {
      // Whatever a store makes of it: it was stopped for this reason.
      const cause: unknown = stop.signal.aborted ? stop.signal.reason : error;
      const failure = asUploadError(cause, upload.imageId);
      const about = { imageId: upload.imageId, uploadId: upload.id, err: error };
      const isKept = intake.isKept && isPassing(failure);
      const given = { reason: failureReason(failure), requestId, isKept };
      const settlement = await settle(upload, given, { store }).catch((trouble: unknown) => {
        log.error({ ...about, err: trouble }, 'a failed upload is left to the sweep');
        return undefined;
      });
      log.warn({ ...about, settlement }, 'an upload failed');
      throw failure;
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** Says to the other gateways that we are alive, and stops when the image is no longer ours to fill. */
  function keepAlive(upload: Upload, stop: AbortController, log: Log): NodeJS.Timeout {
    return setInterval(() => {
      leases.renew(upload).then(
        (isOurs) => {
          if (!isOurs) stop.abort(new ImageError('IMAGE_GONE', { id: upload.imageId }));
        },
        (error: unknown) => log.warn({ err: error, uploadId: upload.id }, 'a lease could not be renewed'),
      );
    }, leases.heartbeat * 1000);
  }
}
