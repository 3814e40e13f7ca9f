import type { ChosenFile } from './chosen.js';

type Found = Omit<ChosenFile, 'key'>;

interface FilePicker {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
}

/** Has the browser ask for files. None when the user chooses none. */
export async function chooseFiles({ multiple = true } = {}): Promise<Found[]> {
  const { showOpenFilePicker } = globalThis as FilePicker;
  if (!showOpenFilePicker) return (await filesOfInput(multiple)).map((file) => ({ file }));
  try {
    return await Promise.all((await showOpenFilePicker({ multiple })).map(fileOf));
  } catch (error) {
    if (error instanceof DOMException) return [];
    throw error;
  }
}

/** Returns the files that were dropped. To be called while the event is handled: it holds them no longer. */
export function droppedFiles({ items }: DataTransfer): Promise<Found[]> {
  const found = [...items].filter(({ kind }) => kind === 'file').map(dropped);
  return Promise.all(found).then((all) => all.filter((each) => each !== undefined));
}

function filesOfInput(multiple: boolean): Promise<File[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file', multiple });
  return new Promise((resolve) => {
    input.onchange = () => resolve([...(input.files ?? [])]);
    input.oncancel = () => resolve([]);
    input.click();
  });
}

interface WithHandle {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

async function dropped(item: DataTransferItem): Promise<Found | undefined> {
  const file = item.getAsFile();
  const handle = await (item as WithHandle).getAsFileSystemHandle?.().catch(() => null);
  if (handle?.kind === 'file') return fileOf(handle as FileSystemFileHandle);
  // A folder is no file.
  return handle || !file ? undefined : { file };
}

async function fileOf(handle: FileSystemFileHandle): Promise<Found> {
  return { file: await handle.getFile(), handle };
}
