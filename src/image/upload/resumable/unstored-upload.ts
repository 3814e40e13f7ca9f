import { partialFiles } from '../../../store/partial-files.js';
import { hasAllBytes, isExpired, type UploadFacts } from './partial-upload.js';

/**
 * Returns true while the gateway holds every part of an image's data but has not stored it yet. The sender repeats the
 * last byte to store it.
 */
export type HasUnstoredUpload = (imageId: string) => Promise<boolean>;

/** @param options the folder of the gateway's unfinished uploads, and the seconds after which each expires */
export function unstoredUploads(options: {
  uploadFolder: string;
  resumableUploadExpiry: number;
}): HasUnstoredUpload {
  const files = partialFiles<UploadFacts>(options.uploadFolder);

  return async (imageId) => {
    for await (const known of files.all())
      if (known.facts.imageId === imageId && hasAllBytes(known)) return !isExpired(known, options);
    return false;
  };
}
