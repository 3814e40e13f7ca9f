import { Readable } from 'node:stream';
import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { withRetries } from '../network/retry.js';
import { freeMemory } from '../network/free-memory.js';
import { idleDeadline } from './idle-deadline.js';
import { s3Checksums, type AskedChecksum } from './s3-checksums.js';
import type { Segment, SegmentDigest } from './segment-sender.js';
import { StoreError, type ByteRange, type StoreFault } from './store.js';

/** The facts about an object. */
export interface S3Facts {
  size: number;
  /** The upload that wrote the object; undefined for an object of another program. */
  uploadId: string | undefined;
}

/** A part of a multipart upload that S3 has received. */
export interface Part {
  PartNumber: number;
  ETag: string | undefined;
  /** Undefined for a part without a CRC32. */
  ChecksumCRC32?: string;
}

/** The objects of one bucket, by key. Every operation fails with StoreError. */
export interface S3Objects {
  /** Checks that the server accepts the credentials. The bucket need not exist. */
  connect(): Promise<void>;
  /** Returns the digests that the next segment needs. */
  wantedDigests(): readonly SegmentDigest[];
  /** Returns undefined when the object does not exist. */
  facts(key: string, signal?: AbortSignal): Promise<S3Facts | undefined>;
  /** Puts a whole object. */
  put(key: string, uploadId: string, segment: Segment, signal: AbortSignal): Promise<void>;
  /** Begins a multipart upload and returns its id. Takes no signal: an aborted request could leave an unknown upload. */
  begin(key: string, uploadId: string): Promise<string>;
  putPart(key: string, multipart: string, segment: Segment, signal: AbortSignal): Promise<Part>;
  /** Joins the parts to an object. */
  complete(key: string, multipart: string, parts: Part[], signal?: AbortSignal): Promise<void>;
  abort(key: string, multipart: string, signal?: AbortSignal): Promise<void>;
  /** Returns the ids of the key's unfinished multipart uploads. */
  begun(key: string, signal?: AbortSignal): Promise<string[]>;
  remove(key: string, signal?: AbortSignal): Promise<void>;
  /** Returns the first keys of the bucket; none for a bucket that does not exist. */
  firstKeys(limit: number, signal?: AbortSignal): Promise<string[]>;
  /** Yields the bytes. A piece is valid until the next one is read. */
  bytes(key: string, range: ByteRange, signal?: AbortSignal): AsyncGenerator<Buffer>;
}

/** Clients of one server. */
export interface S3Clients {
  /** Gives up a connection that is idle for too long. */
  ordinary: S3Client;
  /** Gives up only before the answer begins: the reader of its data may pause. */
  reader: S3Client;
}

/** The metadata that names the upload of an object: an upload removes only its own objects. */
const MARK = 'upload-id';

/**
 * @param timeout seconds for which the server may be silent
 * @param open creates the clients, before the first request
 */
export function s3Objects(
  { bucket, region, timeout }: { bucket: string; region: string; timeout: number },
  open: () => Promise<S3Clients>,
): S3Objects {
  let clients: Promise<S3Clients> | undefined;
  const checksums = s3Checksums();
  const sdk = () => import('./s3-sdk.js');
  const at = (key: string) => ({ Bucket: bucket, Key: key });

  return {
    async connect() {
      const { HeadBucketCommand } = await sdk();
      await ifFound((s3) => s3.send(new HeadBucketCommand({ Bucket: bucket })));
    },

    wantedDigests: checksums.wanted,

    async facts(key, abortSignal) {
      const { HeadObjectCommand } = await sdk();
      const command = new HeadObjectCommand(at(key));
      const found = await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
      return found && { size: found.ContentLength ?? 0, uploadId: found.Metadata?.[MARK] };
    },

    async put(key, uploadId, segment, signal) {
      const { PutObjectCommand } = await sdk();
      const checks = checksums.of(segment);
      const marked = { ...at(key), Metadata: { [MARK]: uploadId }, ...checks };
      const { ChecksumCRC32 } = await inBucket(
        (s3) =>
          sent(segment, signal, (body) =>
            s3.send(new PutObjectCommand({ ...marked, ...body }), { abortSignal: signal }),
          ),
        signal,
      );
      checksums.requireCompared(checks, ChecksumCRC32, key);
    },

    async begin(key, uploadId) {
      const { CreateMultipartUploadCommand } = await sdk();
      const marked = { ...at(key), Metadata: { [MARK]: uploadId } };
      const created = (s3: S3Client, checksum: AskedChecksum) =>
        s3.send(new CreateMultipartUploadCommand({ ...marked, ...checksum }));
      const { UploadId, ChecksumAlgorithm } = await inBucket((s3) =>
        created(s3, checksums.asked()).catch((error: unknown) => {
          if (![400, 501].includes(statusOf(error)!)) throw error;
          // The server may refuse only the checksum that it does not know.
          return created(s3, {});
        }),
      );
      checksums.learn(ChecksumAlgorithm);
      if (!UploadId) throw new StoreError('unavailable', { detail: 'S3 gave no id to a multipart upload' });
      return UploadId;
    },

    async putPart(key, multipart, segment, signal) {
      const { UploadPartCommand } = await sdk();
      const checks = checksums.of(segment);
      const named = { ...at(key), UploadId: multipart, PartNumber: segment.number, ...checks };
      const { ETag, ChecksumCRC32 } = await ask(
        (s3) =>
          sent(segment, signal, (body) =>
            s3.send(new UploadPartCommand({ ...named, ...body }), { abortSignal: signal }),
          ),
        signal,
      );
      checksums.requireCompared(checks, ChecksumCRC32, `part ${segment.number} of ${key}`);
      return { PartNumber: segment.number, ETag, ChecksumCRC32: checks.ChecksumCRC32 };
    },

    async complete(key, multipart, parts, abortSignal) {
      const { CompleteMultipartUploadCommand } = await sdk();
      const command = new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: multipart,
        MultipartUpload: { Parts: parts },
      });
      // 404 when an earlier try succeeded and its answer was lost. The caller checks the object next.
      await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
    },

    async abort(key, multipart, abortSignal) {
      const { AbortMultipartUploadCommand } = await sdk();
      const command = new AbortMultipartUploadCommand({ ...at(key), UploadId: multipart });
      await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
    },

    async begun(key, abortSignal) {
      const { ListMultipartUploadsCommand } = await sdk();
      const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key });
      const answer = await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
      return (answer?.Uploads ?? []).flatMap((each) =>
        each.Key === key && each.UploadId ? [each.UploadId] : [],
      );
    },

    async remove(key, abortSignal) {
      const { DeleteObjectCommand } = await sdk();
      const command = new DeleteObjectCommand(at(key));
      await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
    },

    async firstKeys(limit, abortSignal) {
      const { ListObjectsV2Command } = await sdk();
      const command = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: limit });
      const answer = await ifFound((s3) => s3.send(command, { abortSignal }), abortSignal);
      return (answer?.Contents ?? []).flatMap(({ Key }) => Key ?? []);
    },

    async *bytes(key, { start, end }, abortSignal) {
      if (end < start) return;
      const { GetObjectCommand } = await sdk();
      const command = new GetObjectCommand({ ...at(key), Range: `bytes=${start}-${end}` });
      const { Body, ContentRange } = await ask(
        (_, reader) => reader.send(command, { abortSignal }),
        abortSignal,
      );
      const answer = Body as Readable;
      let left = end - start + 1;
      try {
        if (!ContentRange?.startsWith(`bytes ${start}-`))
          throw new Error('a range was answered with other data');
        for await (const piece of idleDeadline(answer, timeout * 1000)) {
          left -= piece.length;
          yield piece;
          freeMemory(piece);
        }
        if (left !== 0) throw new Error(`${left} bytes are missing`);
      } catch (cause) {
        abortSignal?.throwIfAborted();
        throw new StoreError('unavailable', { detail: `reading ${key}: ${(cause as Error).message}` });
      } finally {
        answer.destroy();
      }
    },
  };

  /** Returns undefined for status 404. */
  async function ifFound<T>(
    work: (s3: S3Client) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const lenient = (s3: S3Client) =>
      work(s3).catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      });
    return ask(lenient, signal);
  }

  /** Creates the bucket when it does not exist, and runs the work again. */
  async function inBucket<T>(work: (s3: S3Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const made = (s3: S3Client) =>
      work(s3).catch(async (error: unknown) => {
        if ((error as Error).name !== 'NoSuchBucket') throw error;
        const { CreateBucketCommand } = await sdk();
        const place = { LocationConstraint: region as 'eu-west-1' };
        await s3.send(
          new CreateBucketCommand({
            Bucket: bucket,
            ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: place }),
          }),
        );
        return work(s3);
      });
    return ask(made, signal);
  }

  async function ask<T>(
    work: (s3: S3Client, reader: S3Client) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    try {
      const { ordinary, reader } = await (clients ??= open());
      return await work(ordinary, reader);
    } catch (error) {
      signal?.throwIfAborted();
      throw failure(error);
    }
  }
}

/** Sends a segment. Each try has a stream of its own, since the SDK does not repeat a stream. */
function sent<T>(segment: Segment, signal: AbortSignal, send: (body: Body) => Promise<T>): Promise<T> {
  const once = async () => {
    const stream = Readable.from(segment.read(), { objectMode: false });
    // The request fails with the stream, which may also fail later, when nobody listens any more.
    stream.on('error', () => undefined);
    try {
      return await send({ Body: stream, ContentLength: segment.size });
    } finally {
      stream.destroy();
    }
  };
  return withRetries(once, { isTransient, signal });
}

interface Body {
  Body: Readable;
  ContentLength: number;
}

function statusOf(error: unknown): number | undefined {
  return (error as Partial<S3ServiceException>).$metadata?.httpStatusCode;
}

/** Refusals with status 400 of data that did not arrive, or arrived damaged. */
const TRANSIENT_REFUSALS = [
  ...['RequestTimeout', 'BadDigest', 'IncompleteBody'],
  // The word of MinIO for a wrong CRC32.
  'XAmzContentChecksumMismatch',
];

function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return (
    TRANSIENT_REFUSALS.includes((error as Error).name) ||
    status === undefined ||
    status === 408 ||
    status === 429 ||
    (status >= 500 && status !== 501 && status !== 507)
  );
}

/** Keeps only the name and status of the SDK's error, which may contain the request. */
function failure(error: unknown): Error {
  if (error instanceof StoreError) return error;
  const { name, code, message } = error as Error & { code?: string };
  const status = statusOf(error);
  const detail =
    status === undefined ? `S3 cannot be asked: ${code ?? message}` : `S3 answered ${status} (${name})`;
  return new StoreError(faultOf(status, name), { detail });
}

function faultOf(status: number | undefined, name: string): StoreFault {
  if (status === 404) return 'missing';
  if (status === 412) return 'conflict';
  if (status === 413 || status === 507 || ['EntityTooLarge', 'QuotaExceeded'].includes(name)) return 'full';
  return name === 'AccessDenied' ? 'readOnly' : 'unavailable';
}
