import { partialFiles } from '../../../store/partial-files.js';
import { isExpired, isWhole, type UploadFacts } from './partial-upload.js';

/**
 * True for an image of which all has come in parts, and is kept until it is stored: its sender need only say the last
 * byte again.
 */
export type KeepsUpload = (imageId: string) => Promise<boolean>;

/** @param options the folder of the gateway's unfinished uploads, and the seconds after which each expires */
export function keptUploads(options: { uploadFolder: string; resumableUploadExpiry: number }): KeepsUpload {
  const files = partialFiles<UploadFacts>(options.uploadFolder);

  return async (imageId) => {
    for await (const known of files.all())
      if (known.facts.imageId === imageId && isWhole(known)) return !isExpired(known, options);
    return false;
  };
}
