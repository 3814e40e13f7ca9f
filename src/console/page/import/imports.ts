import type { Client } from '@urql/core';
import { sent } from '../change/send-change.js';
import { Failure } from '../gateway/failure.js';
import { CancelImportDocument, type ImportedFragment } from '../gateway/operations.js';
import { newId } from '../upload/new-id.js';
import { speedometer, type Speed } from '../upload/speed.js';
import { hostOf } from './address.js';
import { keptImports, type ImportRecord } from './import-records.js';
import { importRows, isOver, lost, stateBy, type ImportRow, type ImportState } from './import-rows.js';
import { imagesNow, orderImport } from './order-import.js';

/** The imports of this page, and those of an earlier page of the same user. The gateway runs them. */
export interface Imports {
  /** Creates the image, unless it is there, and has the gateway import its data. */
  begin(order: ImportOrder): Promise<void>;
  /** Asks the gateway how the imports are. */
  look(): Promise<void>;
  /** Asks how some of them are. */
  lookAt(ids: readonly string[]): Promise<void>;
  orderOf(id: string): KnownOrder;
  /**
   * Begins an import again: with its image while that takes data, else with a new one.
   *
   * @param deletion deletes the lost image first
   * @throws Failure
   */
  again(id: string, deletion?: () => Promise<void>): Promise<void>;
  /**
   * Ends an import at the gateway.
   *
   * @param deletion called once the import is ended
   * @throws Failure
   */
  cancel(id: string, deletion?: () => Promise<void>): Promise<void>;
  /** Forgets an import that does not run. @throws Failure of the deletion, after which nothing is forgotten */
  giveUp(id: string, deletion?: () => Promise<void>): Promise<void>;
  /** Takes all rows off this page: another user has logged in. Their own user finds them again. */
  leave(): void;
}

export interface ImportOrder {
  record: ImportRecord;
  /** As the gateway takes it. */
  address: string;
}

/** An order as the page knows it: after a reload without its address. */
export interface KnownOrder {
  record: ImportRecord;
  address?: string;
}

interface Held extends KnownOrder {
  speed: Speed;
  /** True once the browser has shown that it keeps the record. */
  isKept: boolean;
}

/** @param by the user and the project, as records have them */
export function startImports(client: Client, by: string): Imports {
  const held = new Map<string, Held>();
  const forgotten = new Set<string>();

  return {
    begin,
    look: oneAtATime(lookAtAll),
    lookAt: oneAtATime(lookAt),
    orderOf: (id) => held.get(id)!,
    async again(id, deletion) {
      const { record, address } = held.get(id)!;
      if (!isOver(rowOf(id)!)) return begin({ record, address: address! });
      await giveUp(id, deletion);
      await begin({ record: anew(record), address: address! });
    },
    async cancel(id, deletion) {
      try {
        await sent(client, CancelImportDocument, { id });
      } catch (error) {
        // Perhaps it has just ended.
        await lookAt([id]);
        throw error;
      }
      settle(id, lost(new Failure('IMPORT_CANCELLED', '')));
      if (deletion) await giveUp(id, deletion);
    },
    giveUp,
    leave() {
      for (const id of held.keys()) importRows.hide(id);
      held.clear();
    },
  };

  async function begin({ record, address }: ImportOrder): Promise<void> {
    const { id } = record;
    held.set(id, { record, address, speed: speedometer(), isKept: false });
    settle(id, { kind: 'ordering' });
    await keptImports.keep(record);
    void order(id, { record, address });
  }

  async function order(id: string, { record, address }: ImportOrder): Promise<void> {
    try {
      settleBy(id, await orderImport(client, record, address, (part) => keep(id, part)));
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure('UNKNOWN', String(error));
      // The import may run all the same: an answer can get lost.
      await lookAt([id], { kind: 'failed', failure, isLost: false });
      if (failure !== error) throw error;
    }
  }

  async function giveUp(id: string, deletion?: () => Promise<void>): Promise<void> {
    await deletion?.();
    forgotten.add(id);
    void keptImports.forget(id);
    drop(id);
  }

  /** Another tab may have begun some, or taken some off its list. */
  async function lookAtAll(): Promise<void> {
    const kept = await keptImports.all();
    for (const record of kept) if (record.by === by) find(record);
    const ids = importRows
      .get()
      .filter((row) => !isOver(row) && row.state.kind !== 'ordering')
      .map(({ id }) => id);
    if (ids.length > 0) await lookAt(ids);
    for (const { id, state } of importRows.get())
      if (held.get(id)?.isKept && state.kind !== 'done' && !kept.some((each) => each.id === id)) drop(id);
  }

  function find(record: ImportRecord): void {
    const known = held.get(record.id);
    if (known) known.isKept = true;
    // The browser may have read it just before it forgot it.
    if (known || forgotten.has(record.id)) return;
    held.set(record.id, { record, speed: speedometer(), isKept: true });
    settle(record.id, { kind: 'found' });
  }

  /** @param otherwise the state of an import whose image needs data, or cannot be read */
  async function lookAt(ids: readonly string[], otherwise?: ImportState): Promise<void> {
    const images = await imagesNow(client, by, ids);
    for (const id of ids) {
      const image = images.get(id);
      if (image === undefined) {
        if (otherwise) settle(id, otherwise);
      } else settleBy(id, image, otherwise);
    }
  }

  function settleBy(id: string, image: ImportedFragment | null, otherwise?: ImportState): void {
    const record = held.get(id)?.record;
    const row = rowOf(id);
    // An answer from before the end comes too late.
    if (!record || !row || isOver(row)) return;
    if (image && !record.isCreated) keep(id, { isCreated: true });
    const state =
      stateBy(image, record) ?? otherwise ?? (row.state.kind === 'found' ? notBegun(record) : undefined);
    if (!state) return;
    settle(id, state);
    if (state.kind === 'done') void keptImports.forget(id);
  }

  function settle(id: string, state: ImportState): void {
    const found = held.get(id);
    if (!found) return;
    const { record, address, speed } = found;
    const isRunning = state.kind === 'running';
    if (isRunning) speed.note(state.bytes);
    const host = address === undefined ? undefined : hostOf(address);
    const left = isRunning && state.size !== null ? speed.left(state.size - state.bytes) : undefined;
    const pace = { speed: isRunning ? speed.current() : undefined, secondsLeft: left };
    importRows.show({ id, host, state, ...pace, name: record.input.name ?? '' });
  }

  function keep(id: string, part: Partial<ImportRecord>): void {
    const found = held.get(id);
    if (!found) return;
    found.record = { ...found.record, ...part };
    void keptImports.keep(found.record);
  }

  function drop(id: string): void {
    held.delete(id);
    importRows.hide(id);
  }

  function rowOf(id: string): ImportRow | undefined {
    return importRows.get().find((each) => each.id === id);
  }
}

/** Lets a gateway that answers late be asked once at a time. */
function oneAtATime<Given extends unknown[]>(
  ask: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  let asking: Promise<void> | undefined;
  return (...given) => (asking ??= ask(...given).finally(() => (asking = undefined)));
}

/** The page was left before the gateway had the address. */
function notBegun({ requestId = null }: ImportRecord): ImportState {
  return { kind: 'failed', failure: new Failure('IMPORT_NOT_BEGUN', '', requestId), isLost: false };
}

/** Returns the record of another import, into another image. */
function anew({ by, input, store }: ImportRecord): ImportRecord {
  const id = newId();
  return { id, by, store, begunAt: Date.now(), input: { ...input, id } };
}
