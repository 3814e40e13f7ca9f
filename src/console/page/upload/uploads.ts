import type { Client } from '@urql/core';
import { Failure } from '../gateway/failure.js';
import { digestOfEnds } from './digest.js';
import { newId } from './new-id.js';
import { progressOf } from './progress.js';
import { runUpload, type Ending } from './run-upload.js';
import { endUpload } from './end-upload.js';
import { tabs, type News } from './tabs.js';
import { currentTransfers, hideTransfer, showTransfer, type FileFault, type Transfer } from './transfer.js';
import { forgetUpload, keepUpload, keptUpload, keptUploads, type UploadRecord } from './upload-records.js';

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
}

interface Held {
  record: UploadRecord;
  file?: File;
  release?: () => void;
  /** Set while it runs. */
  run?: { stop: AbortController; wake: AbortController; over: Promise<void> };
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
  const all = new Map<string, Held>();
  const others = tabs(hear);
  void findKept();
  others.tell({ kind: 'asked' });

  return {
    begin,
    pause: stop,
    goOn,
    wake: (id) => all.get(id)?.run?.wake.abort(),
    async openAgain(id) {
      const { handle } = all.get(id)!.record;
      try {
        const file = (await isAllowed(handle!)) ? await handle!.getFile() : undefined;
        if (!file) return refuse(id, 'notAllowed');
        await chooseAgain(id, file);
      } catch {
        refuse(id, 'unreadable');
      }
    },
    chooseAgain,
    async again(id) {
      const { record, file } = all.get(id)!;
      forget(id);
      await begin([{ record: anew(record), file: file! }]);
    },
    async giveUp(id, deleteImage) {
      const held = all.get(id)!;
      stop(id);
      // It may be creating the image just now.
      await held.run?.over;
      await endUpload(held.record);
      await deleteImage?.();
      forget(id);
    },
    dismiss: forget,
    fill,
  };

  async function begin(chosen: readonly { record: UploadRecord; file: File }[]): Promise<void> {
    for (const { record, file } of chosen) {
      // Before another tab hears of it, and takes it for one that nobody works on.
      const release = await others.own(record.id, true);
      all.set(record.id, { record, file, release });
      await keepUpload(record);
      show(record.id, {});
    }
    fill();
  }

  function stop(id: string): void {
    all.get(id)?.run?.stop.abort();
    show(id, { state: { kind: 'paused' } });
  }

  function goOn(id: string): void {
    show(id, { state: { kind: 'waiting' } });
    fill();
  }

  async function chooseAgain(id: string, file: File): Promise<void> {
    const held = all.get(id)!;
    const { size, ends } = held.record;
    if (file.size !== size) return refuse(id, 'otherSize');
    try {
      if (ends !== undefined && (await digestOfEnds(file)) !== ends) return refuse(id, 'otherContent');
    } catch {
      return refuse(id, 'unreadable');
    }
    held.file = file;
    goOn(id);
  }

  function refuse(id: string, fault: FileFault): void {
    const hasHandle = all.get(id)!.record.handle !== undefined;
    show(id, { state: { kind: 'interrupted', hasHandle, fault } });
  }

  function fill(): void {
    const running = [...all.values()].filter(({ run }) => run).length;
    const waiting = currentTransfers().filter(
      ({ id, state }) => state.kind === 'waiting' && isFree(all.get(id)),
    );
    for (const { id } of waiting.slice(0, Math.max(0, most() - running))) begun(all.get(id)!);
  }

  function begun(held: Held): void {
    const stop = new AbortController();
    const over = run(held, stop.signal).finally(() => {
      held.run = undefined;
      fill();
    });
    held.run = { stop, wake: new AbortController(), over };
  }

  async function run(held: Held, signal: AbortSignal): Promise<void> {
    const { id } = held.record;
    const progress = progressOf(held.record.size, (part) => show(id, part));
    try {
      progress.show({ state: { kind: 'sending' } });
      if (held.record.ends === undefined)
        keep(id, { ends: await digestOfEnds(held.file!).catch(() => undefined) });
      const ending = await runUpload({
        ...{ client, algorithm, signal, file: held.file!, show: progress.show },
        record: () => held.record,
        keep: (part) => keep(id, part),
        wake() {
          held.run!.wake = new AbortController();
          return held.run!.wake.signal;
        },
      });
      progress.end();
      end(id, ending);
    } catch (error) {
      progress.end();
      if (signal.aborted) return;
      end(id, { kind: 'stopped', failure: new Failure('UNKNOWN', String(error)), isLost: false });
      throw error;
    }
  }

  function end(id: string, ending: Ending): void {
    const transfer = { state: ending };
    show(id, ending.kind === 'done' ? { ...transfer, confirmed: all.get(id)!.record.size } : transfer);
    if (ending.kind === 'stopped' && !ending.isLost) return;
    void forgetUpload(id);
    others.tell({ kind: 'hidden', id });
    all.get(id)!.release?.();
  }

  function keep(id: string, part: Partial<UploadRecord>): void {
    const held = all.get(id);
    if (!held) return;
    held.record = { ...held.record, ...part };
    void keepUpload(held.record);
  }

  function forget(id: string): void {
    void forgetUpload(id);
    all.get(id)?.release?.();
    all.delete(id);
    hideTransfer(id);
    others.tell({ kind: 'hidden', id });
  }

  function show(id: string, part: Partial<Transfer>): void {
    const held = all.get(id);
    if (!held) return;
    const before = currentTransfers().find((each) => each.id === id);
    const transfer = { ...(before ?? firstView(held.record)), ...part };
    showTransfer(transfer);
    others.tell({ kind: 'shown', transfer: seenElsewhere(transfer) });
  }

  async function findKept(): Promise<void> {
    for (const record of await keptUploads()) if (!all.has(record.id)) await take(record, false);
  }

  /** Takes up an upload that is kept: as this page's own, unless another tab works on it. */
  async function take(record: UploadRecord, patience: boolean): Promise<void> {
    const { id } = record;
    if (record.by !== by) return showTransfer({ ...firstView(record), state: { kind: 'foreign' } });
    const release = await others.own(id, patience);
    if (!release) {
      if (!currentTransfers().some((each) => each.id === id)) showTransfer(seenElsewhere(firstView(record)));
      return void take(record, true);
    }
    // Perhaps the other tab has ended it.
    const kept = await keptUpload(id);
    if (!kept) {
      release();
      return hideTransfer(id);
    }
    all.set(id, { record: kept, release });
    const hasHandle = kept.handle !== undefined;
    show(id, { state: { kind: 'interrupted', hasHandle }, expires: kept.expires });
  }

  function hear(news: News): void {
    if (news.kind === 'asked') {
      for (const transfer of currentTransfers())
        if (all.has(transfer.id)) others.tell({ kind: 'shown', transfer: seenElsewhere(transfer) });
    } else if (news.kind === 'hidden') {
      if (!all.has(news.id)) hideTransfer(news.id);
    } else if (!all.has(news.transfer.id)) void hearOf(news.transfer);
  }

  async function hearOf(transfer: Transfer): Promise<void> {
    const isNew = !currentTransfers().some(({ id }) => id === transfer.id);
    if (!isNew) return showTransfer(transfer);
    const record = await keptUpload(transfer.id);
    if (record && !all.has(record.id)) await take(record, false);
  }
}

/** A run that was stopped may still be ending. */
function isFree(held: Held | undefined): boolean {
  return held?.file !== undefined && !held.run;
}

function firstView({ id, input, fileName, size, expires }: UploadRecord): Transfer {
  const [confirmed, sent] = [0, 0];
  return { id, name: input.name ?? '', fileName, size, confirmed, sent, expires, state: { kind: 'waiting' } };
}

/** Returns the record of another upload of the same file, to another image. */
function anew({
  by,
  input,
  expected,
  fileName,
  size,
  lastModified,
  ends,
  handle,
}: UploadRecord): UploadRecord {
  const id = newId();
  const file = { fileName, size, lastModified, ends, handle };
  return { id, by, expected, begunAt: Date.now(), input: { ...input, id }, ...file };
}

function seenElsewhere(transfer: Transfer): Transfer {
  return { ...transfer, state: { kind: 'elsewhere' } };
}

async function isAllowed(handle: FileSystemFileHandle): Promise<boolean> {
  const { requestPermission } = handle as { requestPermission?: (how: { mode: 'read' }) => Promise<string> };
  return (await requestPermission?.call(handle, { mode: 'read' })) !== 'denied';
}
