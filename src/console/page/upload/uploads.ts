import type { Client } from '@urql/core';
import { Failure } from '../gateway/failure.js';
import { sayFailure } from '../messages/messages.js';
import { texts } from '../texts/texts.js';
import { digestOfEnds, UnreadableFile } from './digest.js';
import { endUpload } from './end-upload.js';
import { stopped, type Ending } from './ending.js';
import { fileFault, fileOfHandle, isUntouched } from './file-again.js';
import { heldUploads } from './held-uploads.js';
import { newId } from './new-id.js';
import { progressOf } from './progress.js';
import { queue } from './queue.js';
import { runUpload } from './run-upload.js';
import type { FileFault } from './transfer.js';
import type { UploadRecord } from './upload-records.js';

/** The uploads of this page: begins them, stops them, and goes on with those of an earlier page. */
export interface Uploads {
  /** Puts uploads at the end of the queue. */
  begin(chosen: readonly { record: UploadRecord; file: File }[]): Promise<void>;
  pause(id: string): void;
  /** Goes on with an upload whose file the page has. */
  goOn(id: string): void;
  /** Tries again at once. */
  wake(id: string): void;
  /** Goes on with an upload of an earlier page, with the file that its handle leads to. */
  openAgain(id: string): Promise<void>;
  /** Goes on with an upload of an earlier page. A file that is not the same one is refused, and the row says why. */
  chooseAgain(id: string, file: File): Promise<void>;
  /** Sends the file again, as the data of a new image with the same record. */
  again(id: string): Promise<void>;
  /**
   * Ends the upload at the gateway, too.
   *
   * @param deleteImage called once the upload is ended
   * @throws Failure
   */
  giveUp(id: string, deleteImage?: () => Promise<void>): Promise<void>;
  /** Takes the row of an upload that ended off the page. */
  dismiss(id: string): void;
  /** Begins the waiting uploads for which there is room by now. */
  fill(): void;
  /** Stops all, and forgets them on this page: another user has logged in. Their own user finds them again. */
  leave(): void;
}

export interface UploadsStart {
  client: Client;
  /** The user and the project, as `UploadRecord.by` has them. */
  by: string;
  /** The second digest of the gateway. */
  algorithm: string;
  /** Returns how many uploads run at once. */
  most(): number;
}

export function startUploads({ client, by, algorithm, most }: UploadsStart): Uploads {
  const held = heldUploads(by);
  const { add, stop, fill } = queue(most, run);
  const waits = new Map<string, AbortController>();
  addEventListener('online', () => waits.forEach((wait) => wait.abort()));

  return {
    begin,
    pause: (id) => void paused(id),
    goOn,
    wake: (id) => waits.get(id)?.abort(),
    async openAgain(id) {
      const file = await fileOfHandle(recordOf(id));
      if (file instanceof File) await chooseAgain(id, file);
      else refuse(id, file);
    },
    chooseAgain,
    async again(id) {
      const { record, file } = held.get(id)!;
      held.drop(id);
      await begin([{ record: anew(record), file: file! }]);
    },
    async giveUp(id, deleteImage) {
      // It may be creating the image just now.
      await paused(id);
      await endUpload(recordOf(id));
      await deleteImage?.();
      held.drop(id);
    },
    dismiss: held.drop,
    fill,
    leave() {
      for (const id of held.ids()) void stop(id);
      held.leave();
    },
  };

  function paused(id: string): Promise<void> {
    const { confirmed = 0, expires } = recordOf(id);
    held.show(id, { state: { kind: 'paused' }, confirmed, sent: confirmed, expires });
    return stop(id);
  }

  async function begin(chosen: readonly { record: UploadRecord; file: File }[]): Promise<void> {
    for (const { record, file } of chosen)
      if (!(await held.hold(record, file))) sayFailure(texts.uploads.states.elsewhere);
    for (const { record } of chosen) if (held.get(record.id)) add(record.id);
  }

  function goOn(id: string): void {
    held.show(id, { state: { kind: 'waiting' } });
    add(id);
  }

  async function chooseAgain(id: string, file: File): Promise<void> {
    const fault = await fileFault(recordOf(id), file);
    if (fault) return refuse(id, fault);
    // The digest so far is that of another content, if somebody wrote to the file between its ends.
    if (!isUntouched(recordOf(id), file))
      held.keep(id, { hashed: undefined, lastModified: file.lastModified });
    held.get(id)!.file = file;
    goOn(id);
  }

  function refuse(id: string, fault: FileFault): void {
    const hasHandle = recordOf(id).handle !== undefined;
    held.show(id, { state: { kind: 'interrupted', hasHandle, fault } });
  }

  async function run(id: string, signal: AbortSignal): Promise<void> {
    const file = held.get(id)!.file!;
    const progress = progressOf(file.size, (part) => signal.aborted || held.show(id, part));
    try {
      progress.show({ state: { kind: 'sending' } });
      if (recordOf(id).ends === undefined)
        held.keep(id, { ends: await digestOfEnds(file).catch(() => undefined) });
      const ending = await runUpload({
        ...{ client, algorithm, signal, file, show: progress.show },
        record: () => recordOf(id),
        keep: (part) => held.keep(id, part),
        wake: () => waitOf(id).signal,
      });
      progress.end();
      end(id, ending);
    } catch (error) {
      progress.end();
      if (signal.aborted) return;
      if (error instanceof UnreadableFile) return askForFile(id);
      end(id, stopped(new Failure('UNKNOWN', String(error))));
      throw error;
    } finally {
      waits.delete(id);
    }
  }

  /** The browser never reads this file again, also when it is whole again on the disk. */
  function askForFile(id: string): void {
    held.get(id)!.file = undefined;
    refuse(id, 'unreadable');
  }

  function waitOf(id: string): AbortController {
    const wait = new AbortController();
    waits.set(id, wait);
    return wait;
  }

  function end(id: string, ending: Ending): void {
    const isDone = ending.kind === 'done';
    held.show(id, { state: ending, ...(isDone ? { confirmed: recordOf(id).size } : {}) });
    if (isDone || ending.isLost) held.close(id);
  }

  function recordOf(id: string): UploadRecord {
    return held.get(id)!.record;
  }
}

/** Returns the record of another upload of the same file, to another image. */
function anew(record: UploadRecord): UploadRecord {
  const { by, input, expected, store, fileName, size, lastModified, ends, handle } = record;
  const id = newId();
  const file = { fileName, size, lastModified, ends, handle };
  return { id, by, expected, store, begunAt: Date.now(), input: { ...input, id }, ...file };
}
