import { failureOf } from '../gateway/failure.js';
import { dataPath } from '../parts/data-path.js';
import type { UploadRecord } from './upload-records.js';

/**
 * Ends an upload at the gateway, which removes what it has received. The image stays queued.
 *
 * @throws Failure
 */
export async function endUpload({ id, uploadId }: Pick<UploadRecord, 'id' | 'uploadId'>): Promise<void> {
  if (!uploadId) return;
  const response = await fetch(`${dataPath(id)}/uploads/${uploadId}`, {
    method: 'DELETE',
    headers: { 'Tus-Resumable': '1.0.0' },
    redirect: 'manual',
  });
  // One that is not there is ended.
  if (!response.ok && ![404, 410].includes(response.status)) throw await failureOf(response);
}
