import { DetailedError, Upload } from 'tus-js-client';
import { authHeaders } from '../gateway';
import { errorIn, type OnProgress } from './put';

/** Sends the data of an image in parts. After a broken connection or a closed page it goes on where it stopped. */
export async function sendInParts(dataUrl: string, file: File, onProgress: OnProgress): Promise<void> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: `${dataUrl}/uploads`,
      metadata: { filename: file.name },
      retryDelays: [0, 1000, 5000, 20_000],
      // The token may change while the upload runs.
      onBeforeRequest(request) {
        for (const [name, value] of Object.entries(authHeaders())) request.setHeader(name, value);
      },
      onProgress,
      onSuccess: () => resolve(),
      onError(error) {
        const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
        reject(body ? errorIn(body) : error);
      },
    });
    void upload.findPreviousUploads().then(([begun]) => {
      if (begun) upload.resumeFromPreviousUpload(begun);
      upload.start();
    });
  });
}
