import { DetailedError, Upload, type HttpRequest, type HttpResponse } from 'tus-js-client';
import { Failure, failureOf } from '../gateway/failure.js';
import { sessionHeader } from '../gateway/session-header.js';
import { dataPath } from '../parts/data-path.js';
import { UnreadableFile } from './digest.js';
import type { Stop } from './next-step.js';

/** A file to send, and whom to tell of it. */
export interface Sending {
  file: File;
  imageId: string;
  /** The upload that goes on; undefined for a new one. */
  uploadId: string | undefined;
  /** Becomes `Upload-Metadata` of a new upload. */
  metadata: Record<string, string>;
  /** Bytes that are sent at a time. */
  partSize: number;
  /** Returns the value of `Repr-Digest` for the last part; undefined for none. It may take long. */
  digest: () => Promise<string | undefined>;
  onUpload(uploadId: string): void;
  /** Bytes that have left the browser. */
  onSent(bytes: number): void;
  /** Bytes that the gateway has: before a part of an upload that goes on, and after each part. */
  onConfirmed(bytes: number): void;
  onExpires(expires: string): void;
}

/** A silence of the network after which a part is sent again. */
const SILENCE_MS = 30_000;
const LOOK_MS = 1000;

/**
 * Sends a file by tus, from where the gateway stands, until the gateway has answered to the last part or something fails.
 *
 * @param signal ends it without an answer
 * @returns undefined once all is sent: the image says how that ended; else the stop
 * @throws UnreadableFile; the signal's reason
 */
export async function send(sending: Sending, signal: AbortSignal): Promise<Stop | undefined> {
  signal.throwIfAborted();
  const error = await sent(sending, signal);
  signal.throwIfAborted();
  if (!error) return undefined;
  if (error instanceof DetailedError) {
    const cause = error.causingError;
    if (cause instanceof UnreadableFile) throw cause;
    if (error.originalResponse) return stopOf(error.originalResponse);
  }
  // A file that was changed on the disk fails as a broken connection does.
  await requireReadable(sending.file);
  return { status: null, failure: new Failure('OFFLINE', '') };
}

/** Returns the error with which it ended. */
async function sent(sending: Sending, signal: AbortSignal): Promise<Error | undefined> {
  const { file, imageId, uploadId, partSize } = sending;
  const uploads = `${dataPath(imageId)}/uploads`;
  /** The last movement; undefined while nothing is on its way. */
  let movedAt: number | undefined = Date.now();
  let isAllSent = false;
  let isOver = false;
  return new Promise((resolve) => {
    const upload = new Upload(file, {
      ...(uploadId ? { uploadUrl: `${uploads}/${uploadId}` } : { endpoint: uploads }),
      metadata: sending.metadata,
      chunkSize: partSize,
      retryDelays: null,
      storeFingerprintForResuming: false,
      async onBeforeRequest(request) {
        for (const [name, value] of Object.entries(sessionHeader())) request.setHeader(name, value);
        if (uploadId && isPart(request)) sending.onConfirmed(offsetOf(request));
        if (isLastPart(request, sending)) {
          movedAt = undefined;
          const digest = await sending.digest();
          if (digest) request.setHeader('Repr-Digest', digest);
        }
        // The library would send it all the same.
        if (isOver) throw new Error('the upload was stopped');
        movedAt = Date.now();
      },
      onAfterResponse(_request, response) {
        const expires = response.getHeader('Upload-Expires');
        if (expires && !isOver) sending.onExpires(expires);
      },
      onUploadUrlAvailable() {
        const id = upload.url!.split('/').at(-1)!;
        // The gateway's public address may differ from that of this page.
        upload.url = `${uploads}/${id}`;
        sending.onUpload(id);
      },
      onProgress(bytes) {
        if (isOver) return;
        movedAt = Date.now();
        isAllSent = bytes === file.size;
        sending.onSent(bytes);
      },
      onChunkComplete: (_size, bytes) => isOver || sending.onConfirmed(bytes),
      onSuccess: () => end(undefined),
      onError: end,
    });
    const watch = setInterval(() => isSilent() && quit(), LOOK_MS);
    signal.addEventListener('abort', quit);
    upload.start();

    function isSilent(): boolean {
      return movedAt !== undefined && Date.now() - movedAt > SILENCE_MS;
    }

    function quit(): void {
      end(isAllSent ? undefined : new Error('silence'));
      void upload.abort();
    }

    function end(error: Error | undefined): void {
      isOver = true;
      clearInterval(watch);
      signal.removeEventListener('abort', quit);
      resolve(error);
    }
  });
}

function isLastPart(request: HttpRequest, { file, partSize }: Sending): boolean {
  return isPart(request) && offsetOf(request) + partSize >= file.size;
}

function isPart(request: HttpRequest): boolean {
  return request.getMethod() === 'PATCH';
}

function offsetOf(request: HttpRequest): number {
  return Number(request.getHeader('Upload-Offset'));
}

async function stopOf(response: HttpResponse): Promise<Stop> {
  const status = response.getStatus();
  const headers = Object.fromEntries(
    ['retry-after', 'x-openstack-request-id'].flatMap((name) => {
      const value = response.getHeader(name);
      return value ? [[name, value]] : [];
    }),
  );
  // An answer with one of these has no body, which `Response` insists on.
  const body = [204, 205, 304].includes(status) ? null : response.getBody();
  return { status, failure: await failureOf(new Response(body, { status, headers })) };
}

async function requireReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new UnreadableFile(String(error));
  }
}
