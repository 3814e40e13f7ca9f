import { Upload, type UploadOptions } from 'tus-js-client';
import type { TestGateway } from './gateway.js';

export const TUS = { 'tus-resumable': '1.0.0' };
export const PART = { ...TUS, 'content-type': 'application/offset+octet-stream' };

/** An upload of tus-js-client that has ended, or was broken off. */
export interface ClientUpload {
  url: string;
  /** Offsets that the gateway has confirmed, in the order in which they came. */
  offsets: number[];
}

/**
 * Sends data with tus-js-client.
 *
 * @param breakAt breaks the upload off once so many bytes are confirmed
 * @throws DetailedError of tus-js-client
 */
export function sendWithClient(
  gateway: Pick<TestGateway, 'url'>,
  imageId: string,
  data: Buffer,
  { breakAt = Infinity, ...options }: UploadOptions & { breakAt?: number } = {},
): Promise<ClientUpload> {
  const offsets: number[] = [];
  return new Promise((resolve, reject) => {
    const upload: Upload = new Upload(data, {
      endpoint: `${gateway.url}/data/${imageId}/uploads`,
      retryDelays: null as never,
      ...options,
      onChunkComplete(_length, offset) {
        offsets.push(offset);
        if (offset >= breakAt) void upload.abort().then(() => resolve({ url: upload.url!, offsets }), reject);
      },
      onError: reject,
      onSuccess: () => resolve({ url: upload.url!, offsets }),
    });
    upload.start();
  });
}

/** Begins an upload of so many bytes, by hand. */
export async function beginUpload(
  gateway: Pick<TestGateway, 'url'>,
  imageId: string,
  headers: Record<string, string>,
): Promise<Response> {
  const own = { ...TUS, ...headers };
  return fetch(`${gateway.url}/data/${imageId}/uploads`, { method: 'POST', headers: own });
}

/** Sends a part, by hand. */
export async function sendPart(
  url: string,
  offset: number,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  const own = { ...PART, 'upload-offset': String(offset), ...headers };
  return fetch(url, { method: 'PATCH', headers: own, body, duplex: 'half' } as RequestInit);
}

/** The offset that the gateway tells, or the status with which it refuses to. */
export async function offsetOf(url: string, headers: Record<string, string> = {}): Promise<string | number> {
  const response = await fetch(url, { method: 'HEAD', headers: { ...TUS, ...headers } });
  return response.headers.get('upload-offset') ?? response.status;
}
