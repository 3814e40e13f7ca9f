import { digestOfEnds } from './digest.js';
import type { FileFault } from './transfer.js';
import type { UploadRecord } from './upload-records.js';

/** Returns the file to which the handle of an upload leads, or why there is none. The browser may ask its user first. */
export async function fileOfHandle({ handle }: UploadRecord): Promise<File | FileFault> {
  try {
    return (await isAllowed(handle!)) ? await handle!.getFile() : 'notAllowed';
  } catch {
    return 'unreadable';
  }
}

/** Returns why a file is not the one whose upload was interrupted; undefined for the same file. */
export async function fileFault(record: UploadRecord, file: File): Promise<FileFault | undefined> {
  const { size, ends, fileName } = record;
  if (file.size !== size) return 'otherSize';
  // An upload that never began, or a browser that computes no digests.
  if (ends === undefined)
    return file.name === fileName && isUntouched(record, file) ? undefined : 'otherContent';
  try {
    return (await digestOfEnds(file)) === ends ? undefined : 'otherContent';
  } catch {
    return 'unreadable';
  }
}

/** Returns true for a file that nobody has written to since it was chosen first. */
export function isUntouched({ lastModified }: UploadRecord, file: File): boolean {
  return file.lastModified === lastModified;
}

async function isAllowed(handle: FileSystemFileHandle): Promise<boolean> {
  const { requestPermission } = handle as { requestPermission?: (how: { mode: 'read' }) => Promise<string> };
  return !requestPermission || (await requestPermission.call(handle, { mode: 'read' })) === 'granted';
}
