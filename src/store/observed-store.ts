import { untilEnd } from '../network/observed-work.js';
import type { Store, StoredData } from './store.js';

/** A call of a store that takes time. */
export type StoreCall = 'write' | 'publish' | 'release' | 'discard' | 'open' | 'read' | 'remove';

/** Hears of the work of the stores, for metrics and traces. */
export interface StoreObserver {
  /** A call begins. The returned function is called at its end, with the error if it failed. */
  call(store: string, call: StoreCall): (error?: unknown) => void;
  /** Bytes were handed to the store (`in`), or came out of it (`out`). */
  moved(store: string, direction: 'in' | 'out', bytes: number): void;
}

/** Tells an observer of the calls of a store, and of the bytes that it takes and gives. */
export function observedStore(store: Store, { call, moved }: StoreObserver): Store {
  const { name } = store;
  return {
    ...store,
    write: (upload, data, options) =>
      during('write', () => store.write(upload, counted(data, 'in'), options)),
    publish: (...asked) => during('publish', () => store.publish(...asked)),
    release: (...asked) => during('release', () => store.release(...asked)),
    discard: (...asked) => during('discard', () => store.discard(...asked)),
    remove: (...asked) => during('remove', () => store.remove(...asked)),
    open: async (...asked) => observedData(await during('open', () => store.open(...asked))),
  };

  function during<T>(what: StoreCall, work: () => Promise<T>): Promise<T> {
    return untilEnd(call(name, what), work);
  }

  function observedData(data: StoredData): StoredData {
    return {
      size: data.size,
      state: data.state,
      read: (range) => read(data.read(range)),
      close: () => data.close(),
    };
  }

  async function* read(data: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const end = call(name, 'read');
    let failure: unknown;
    try {
      yield* counted(data, 'out');
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A reader may also stop early.
      end(failure);
    }
  }

  async function* counted(data: AsyncIterable<Buffer>, direction: 'in' | 'out'): AsyncGenerator<Buffer> {
    for await (const piece of data) {
      moved(name, direction, piece.length);
      yield piece;
    }
  }
}
