import { untilEnd } from '../../network/observed-work.js';
import { bufferPool } from '../../store/buffer-pool.js';
import type { Store, Upload } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import { retryWhileAway } from '../../database/retry-while-away.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { failureReason, ImageError } from '../errors.js';
import type { ImageRow } from '../records/image-columns.js';
import { asUploadError, isTransient } from '../store-failure.js';
import type { Claimed } from './claim.js';
import { virtualSizeOf, type FormatCheck } from '../inspector/format-check.js';
import type { DetectedFormat } from '../inspector/look.js';
import { declaredHashes, requireAsDeclared } from './declared-digests.js';
import { inspectedData } from './inspected-data.js';
import { Block } from './transfer/block.js';
import type { DigestThreads } from '../../store/digest-threads.js';
import { MeasuredData } from './transfer/measured-data.js';
import type { UploadObserver } from './upload-observer.js';
import { uploadCompletion, type CompletionParts } from './upload-completion.js';
import type { FetchedData, SentData } from './upload-request.js';
import type { SettleUpload } from './upload-settlement.js';

export interface RunParts extends CompletionParts {
  protection: PropertyProtection;
  settle: SettleUpload;
  threads: DigestThreads;
  observer?: UploadObserver;
  options: {
    uploadIdleTimeout: number;
    hashingAlgorithm: string;
    imageFormatCheck: FormatCheck;
    imageFormatAllow: readonly DetectedFormat[];
  };
}

/** The orders for an upload from its claim on, for sent and for fetched data. */
export type UploadRun = Pick<FetchedData, 'open' | 'requestId' | 'log' | 'keepsVirtualSize'> &
  Pick<SentData, 'toTheLetter' | 'canRepeat' | 'onAccepted'> & {
    store: Store;
    /** Returns the error for a sender that is silent for too long. */
    tooSlow: () => ImageError;
    onReceiving?: (data: MeasuredData, size: number | undefined) => void;
  };

const MIB = 1024 * 1024;

/** Returns the function that fills a claimed image. On failure that function settles the upload and throws the reason. */
export function uploadRuns(parts: RunParts) {
  const { protection, leases, settle, threads, observer, options } = parts;
  const completion = uploadCompletion(parts);
  const blocks = bufferPool(2 * MIB, MIB / 16, (bytes) => new Block(bytes));

  return async (claimed: Claimed, run: UploadRun, stop: AbortController): Promise<ImageRow> => {
    const { caller, upload } = claimed;
    const { log, store } = run;
    const heartbeat = keepAlive(upload, stop, log);
    const letGo = leases.hold(upload);
    try {
      run.onAccepted?.();
      const image = await fill(claimed, run, stop.signal);
      protection.hide(caller, [image]);
      await store
        .release(upload)
        .catch((error: unknown) => log.warn({ err: error }, 'a temporary name stays behind'));
      await leases
        .end(upload)
        .catch((error: unknown) => log.warn({ err: error }, 'a lease ends by its deadline'));
      return image;
    } catch (error) {
      throw await settled(upload, run, error, stop.signal);
    } finally {
      clearInterval(heartbeat);
      letGo();
    }
  };

  async function fill(claimed: Claimed, run: UploadRun, signal: AbortSignal): Promise<ImageRow> {
    const { upload, limit } = claimed;
    const { data, size = claimed.declared.size } = await run.open(signal);
    const declared = { ...claimed.declared, size };
    if (size !== (claimed.declared.size ?? size))
      throw new ImageError('SIZE_MISMATCH', { declared: claimed.declared.size, actual: size });
    if ((size ?? 0) > limit.bytes) throw limit.error(size);
    if (size !== undefined && claimed.declared.size === undefined) await completion.reserve(upload, size);
    const named = declaredHashes(declared).map(({ algorithm }) => algorithm);
    const algorithms = [...new Set(['md5', options.hashingAlgorithm, ...named])];
    const received = new MeasuredData(data, algorithms, threads, {
      bytes: limit.bytes,
      tooMany: limit.error,
      idleSeconds: options.uploadIdleTimeout,
      tooSlow: run.tooSlow,
      signal,
      blocks,
    });
    run.onReceiving?.(received, size);
    const rules = { check: options.imageFormatCheck, allow: options.imageFormatAllow };
    const passing = inspectedData(received.data(), claimed.image, rules, run.log);
    const measured = await untilEnd(observer?.digest(algorithms), async () => {
      await run.store.write(upload, passing.data, { size, signal, threads });
      return received.measured();
    });
    requireAsDeclared(declared, measured, run.toTheLetter);
    const found = passing.inspected();
    const virtualSize =
      found && !run.keepsVirtualSize ? virtualSizeOf(found, claimed.image, measured.size) : null;
    const location = { url: await run.store.publish(upload, signal), store: run.store.name };
    // All data has come: the database may take as long to return as a sender may pause.
    const seconds = options.uploadIdleTimeout;
    const facts = { ...measured, detectedFormat: found?.format ?? null, virtualSize };
    return retryWhileAway(() => completion.activate(upload, location, facts), { seconds, signal });
  }

  /** Settles an upload that failed, and returns the reason as an error. */
  async function settled(
    upload: Upload,
    { requestId, log, store, canRepeat }: UploadRun,
    error: unknown,
    signal: AbortSignal,
  ): Promise<Error> {
    // Stores fail in their own ways when they are stopped: the reason of the stop counts.
    const failure = asUploadError(signal.aborted ? signal.reason : error, upload.imageId);
    const about = { imageId: upload.imageId, uploadId: upload.id, err: error };
    const why = {
      reason: failureReason(failure),
      requestId,
      canRepeat: canRepeat && isTransient(failure),
    };
    const settlement = await settle(upload, why, { store }).catch((trouble: unknown) => {
      log.error({ ...about, err: trouble }, 'a failed upload is left to the sweep');
      return undefined;
    });
    log.warn({ ...about, settlement }, 'an upload failed');
    return failure;
  }

  /** Renews the lease until the upload ends. Stops the upload when the image is no longer ours to fill. */
  function keepAlive(upload: Upload, stop: AbortController, log: Log): NodeJS.Timeout {
    return setInterval(() => {
      leases.renew(upload).then(
        (isOurs) => {
          observer?.leaseRenewed(isOurs ? 'renewed' : 'lost');
          if (!isOurs) stop.abort(new ImageError('IMAGE_GONE', { id: upload.imageId }));
        },
        (error: unknown) => {
          observer?.leaseRenewed('failed');
          log.warn({ err: error, uploadId: upload.id }, 'a lease could not be renewed');
        },
      );
    }, leases.heartbeat * 1000);
  }
}
