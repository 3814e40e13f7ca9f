import type { CreateImageInput } from '../../gateway/operations.js';
import { ownerOf } from '../../parts/owned-work.js';
import type { Viewer } from '../../shell/start.js';
import type { ChosenFile } from '../chosen.js';
import { newId } from '../new-id.js';
import type { UploadRecord } from '../upload-records.js';

/** Returns the record of an upload that is about to begin. */
export function recordOf(
  { file, handle }: ChosenFile,
  viewer: Viewer,
  inputOf: (id: string) => CreateImageInput,
  { expected, store }: Pick<UploadRecord, 'expected' | 'store'>,
): UploadRecord {
  const id = newId();
  return {
    ...{ id, expected, store, handle, by: ownerOf(viewer), input: inputOf(id), begunAt: Date.now() },
    ...{ fileName: file.name, size: file.size, lastModified: file.lastModified },
  };
}
