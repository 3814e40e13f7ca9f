import { tabs, type News } from './tabs.js';
import { currentTransfers, hideTransfer, showTransfer, type Transfer } from './transfer.js';
import { forgetUpload, keepUpload, keptUpload, keptUploads, type UploadRecord } from './upload-records.js';

/** An upload on which this page works, and no other tab. */
export interface Held {
  record: UploadRecord;
  /** Unset after a reload, until the browser is given the file again. */
  file?: File;
  /** Lets other tabs work on it. */
  release?: () => void;
}

/** The uploads of one user in this browser: those that this page holds, and those that it only shows. */
export interface HeldUploads {
  get(id: string): Held | undefined;
  /** Takes an upload, unless another tab has it. Returns true for one that it took. */
  hold(record: UploadRecord, file: File): Promise<boolean>;
  /** Changes the record, also for a later page. */
  keep(id: string, part: Partial<UploadRecord>): void;
  /** Changes the view, also in other tabs. */
  show(id: string, part: Partial<Transfer>): void;
  /** Ends the record of an upload, which stays in view here. */
  close(id: string): void;
  /** Takes an upload off this page, and the others. */
  drop(id: string): void;
  ids(): Iterable<string>;
  /** Leaves all uploads to a later page. */
  leave(): void;
}

/** @param by the user and the project, as records have them */
export function heldUploads(by: string): HeldUploads {
  const all = new Map<string, Held>();
  /** Ids for which this page waits until no other tab works on them. */
  const awaited = new Set<string>();
  const others = tabs(hear);
  void findKept();
  others.tell({ kind: 'asked' });

  return {
    get: (id) => all.get(id),
    async hold(record, file) {
      // Before another tab hears of it, and takes it for one that nobody works on.
      const release = await others.own(record.id, false);
      if (!release) return false;
      all.set(record.id, { record, file, release });
      await keepUpload(record);
      show(record.id, {});
      return true;
    },
    keep(id, part) {
      const held = all.get(id);
      if (!held) return;
      held.record = { ...held.record, ...part };
      void keepUpload(held.record);
    },
    show,
    close,
    drop(id) {
      close(id);
      all.delete(id);
      hideTransfer(id);
    },
    ids: () => all.keys(),
    leave() {
      others.close();
      for (const { release } of all.values()) release?.();
      all.clear();
      for (const { id } of currentTransfers()) hideTransfer(id);
    },
  };

  function show(id: string, part: Partial<Transfer>): void {
    const held = all.get(id);
    if (!held) return;
    const transfer = { ...(viewed(id) ?? firstView(held.record)), ...part };
    showTransfer(transfer);
    tellOf(transfer);
  }

  function close(id: string): void {
    void forgetUpload(id);
    all.get(id)?.release?.();
    others.tell({ kind: 'hidden', id });
  }

  function tellOf(transfer: Transfer): void {
    others.tell({ kind: 'shown', by, transfer: seenElsewhere(transfer) });
  }

  async function findKept(): Promise<void> {
    for (const record of await keptUploads()) if (!all.has(record.id)) await take(record, false);
  }

  /** Takes up an upload that is kept: as this page's own, unless another tab works on it. */
  async function take(record: UploadRecord, patience: boolean): Promise<void> {
    const { id } = record;
    if (record.by !== by) return showTransfer(seenByOthers(record));
    if (awaited.has(id)) return;
    awaited.add(id);
    const release = await others.own(id, patience);
    awaited.delete(id);
    if (!release) {
      if (!viewed(id)) showTransfer(seenElsewhere(firstView(record)));
      return void take(record, true);
    }
    if (all.has(id)) return release();
    // Perhaps the other tab has ended it.
    const kept = await keptUpload(id);
    if (!kept) {
      release();
      return hideTransfer(id);
    }
    all.set(id, { record: kept, release });
    show(id, { state: { kind: 'interrupted', hasHandle: kept.handle !== undefined } });
  }

  function hear(news: News): void {
    if (news.kind === 'asked') {
      for (const transfer of currentTransfers()) if (all.has(transfer.id)) tellOf(transfer);
    } else if (news.kind === 'hidden') {
      if (!all.has(news.id)) hideTransfer(news.id);
    } else if (news.by === by && !all.has(news.transfer.id)) void hearOf(news.transfer);
  }

  async function hearOf(transfer: Transfer): Promise<void> {
    if (viewed(transfer.id)) return showTransfer(transfer);
    const record = await keptUpload(transfer.id);
    if (record && !all.has(record.id)) await take(record, false);
  }
}

function viewed(id: string): Transfer | undefined {
  return currentTransfers().find((each) => each.id === id);
}

function firstView({ id, input, fileName, size, expires, confirmed = 0 }: UploadRecord): Transfer {
  const name = input.name ?? '';
  const canRepeat = Boolean(input.diskFormat);
  const bytes = { size, confirmed, sent: confirmed };
  return { id, name, fileName, canRepeat, ...bytes, expires, state: { kind: 'waiting' } };
}

function seenElsewhere(transfer: Transfer): Transfer {
  return { ...transfer, state: { kind: 'elsewhere' } };
}

/** Another user learns that there is an upload, and no more. */
function seenByOthers({ id }: UploadRecord): Transfer {
  const bytes = { size: 0, confirmed: 0, sent: 0 };
  return { id, name: '', fileName: '', canRepeat: false, ...bytes, state: { kind: 'foreign' } };
}
