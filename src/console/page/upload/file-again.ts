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
export async function fileFault({ size, ends }: UploadRecord, file: File): Promise<FileFault | undefined> {
  if (file.size !== size) return 'otherSize';
  try {
    return ends === undefined || (await digestOfEnds(file)) === ends ? undefined : 'otherContent';
  } catch {
    return 'unreadable';
  }
}

async function isAllowed(handle: FileSystemFileHandle): Promise<boolean> {
  const { requestPermission } = handle as { requestPermission?: (how: { mode: 'read' }) => Promise<string> };
  return (await requestPermission?.call(handle, { mode: 'read' })) !== 'denied';
}
