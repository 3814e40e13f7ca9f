import { ask } from '../gateway/client.js';
import { Failure } from '../gateway/failure.js';
import { dataPath } from '../parts/data-path.js';
import type { UploadRecord } from './upload-records.js';

/**
 * Ends an upload at the gateway, which removes what it has received. The image stays queued.
 *
 * @throws Failure
 */
export async function endUpload({ id, uploadId }: Pick<UploadRecord, 'id' | 'uploadId'>): Promise<void> {
  if (!uploadId) return;
  try {
    const headers = { 'Tus-Resumable': '1.0.0' };
    await ask(`${dataPath(id)}/uploads/${uploadId}`, { method: 'DELETE', headers });
  } catch (error) {
    if (!(error instanceof Failure && IS_ENDED.has(error.code))) throw error;
  }
}

/** The upload is not there any more, or its image needs no data. */
const IS_ENDED = new Set(['UPLOAD_NOT_FOUND', 'IMAGE_NOT_FOUND', 'IMAGE_NOT_QUEUED', 'HTTP 404', 'HTTP 410']);
