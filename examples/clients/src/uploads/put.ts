import { authHeaders } from '../gateway';
import type { GatewayError } from '../errors';

export type OnProgress = (sent: number, size: number) => void;

/** Sends the data of an image in one pass, of any size. `fetch` does the same, but cannot tell how much has been sent. */
export function sendInOnePass(dataUrl: string, file: File, onProgress: OnProgress): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener('load', () => {
      if (request.status === 200) resolve();
      else reject(errorIn(request.responseText));
    });
    request.addEventListener('error', () => reject(new Error('the connection broke')));
    request.open('PUT', dataUrl);
    request.setRequestHeader('content-type', 'application/octet-stream');
    for (const [name, value] of Object.entries(authHeaders())) request.setRequestHeader(name, value);
    request.send(file);
  });
}

/** Returns the error in an answer of `/data`, in the form that errors of GraphQL have. */
export function errorIn(body: string): GatewayError {
  const { code, message } = JSON.parse(body) as { code: string; message: string };
  return { message, extensions: { code } };
}
