import type { Store, StoredData, StoreFault } from '../../src/store/store.js';
import { StoreError } from '../../src/store/store.js';

/** What a store is asked to do; `read` is the reading of what `open` has opened. */
export type Operation =
  'prepare' | 'write' | 'publish' | 'release' | 'discard' | 'open' | 'read' | 'remove' | 'abandoned';

/** What happens in place of an operation, which may be done as part of it. */
export type Conduct = <T>(work: () => Promise<T>) => Promise<T>;

/** What becomes of data on its way into the store, or out of it. */
export type Handling = (data: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** Must never reach a caller: store errors may hold such things. */
export const SECRET = 'hunter2';

const trouble = (fault: StoreFault) =>
  new StoreError(fault, { detail: `https://glance:${SECRET}@store.example.org/images` });

/** Does nothing and says so. */
export const fails =
  (fault: StoreFault): Conduct =>
  () =>
    Promise.reject(trouble(fault));

/** Does what it should, and then says that it failed: the answer was lost. */
export const failsAfter =
  (fault: StoreFault): Conduct =>
  async (work) => {
    await work();
    throw trouble(fault);
  };

/** Data of which only so many bytes pass before the store fails. */
export const breaksAt = (bytes: number, fault: StoreFault): Handling =>
  async function* (data) {
    let passed = 0;
    for await (const piece of data) {
      if (passed + piece.length > bytes) {
        if (passed < bytes) yield piece.subarray(0, bytes - passed);
        throw trouble(fault);
      }
      passed += piece.length;
      yield piece;
    }
  };

/** Data that ends after so many bytes, as if that were all. */
export const cutAt = (bytes: number): Handling =>
  async function* (data) {
    let left = bytes;
    for await (const piece of data) {
      yield piece.subarray(0, left);
      left -= Math.min(left, piece.length);
      if (left === 0) return;
    }
  };

/** Data with another byte in the place of its last one. */
export const spoilt: Handling = async function* (data) {
  let last: Buffer | undefined;
  for await (const piece of data) {
    if (last) yield last;
    last = Buffer.from(piece);
  }
  if (last?.length) last[last.length - 1] ^= 1;
  if (last) yield last;
};

/** Data that is followed by more than was asked for. */
export const overlong = (instead: (all: Buffer) => Buffer): Handling =>
  async function* (data) {
    for await (const piece of data) yield instead(piece);
    yield Buffer.from('more');
  };

/** Something that is waited for until it is let go; it tells when it has been reached. */
export function held() {
  let reach = (): void => undefined;
  let letGo = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const over = new Promise<void>((resolve) => (letGo = resolve));
  const before: Conduct = async (work) => {
    reach();
    await over;
    return work();
  };
  const after: Conduct = async (work) => {
    const done = await work();
    reach();
    await over;
    return done;
  };
  const inData: Handling = async function* (data) {
    let isFirst = true;
    for await (const piece of data) {
      yield piece;
      if (!isFirst) continue;
      isFirst = false;
      reach();
      await over;
    }
  };
  return { reached, letGo, before, after, inData };
}

/** Stands around a real store: counts what is asked of it, and fails as it is told to. */
export function faulty() {
  const conducts = new Map<Operation, { conduct: Conduct; call?: number }>();
  const handlings = new Map<'write' | 'read', Handling>();
  let calls: Operation[] = [];
  let taken = 0;
  let sizeOf = (size: number) => size;

  const asked = <T>(operation: Operation, work: () => Promise<T>): Promise<T> => {
    calls.push(operation);
    const met = conducts.get(operation);
    const count = calls.filter((each) => each === operation).length;
    return met && (met.call ?? count) === count ? met.conduct(work) : work();
  };
  const handled = (way: 'write' | 'read', data: AsyncIterable<Buffer>) => handlings.get(way)?.(data) ?? data;

  return {
    /** Every call of an operation meets this, or the n-th one from the last `heal` on alone. */
    meets: (operation: Exclude<Operation, 'read'>, conduct: Conduct, call?: number): void =>
      void conducts.set(operation, { conduct, call }),
    /** Data that is written, or read, meets this. */
    handles: (way: 'write' | 'read', handling: Handling): void => void handlings.set(way, handling),
    /** What is opened is said to have another size. */
    missizes: (wrong: (size: number) => number): void => void (sizeOf = wrong),
    /** Nothing is wrong any more, and nothing has been counted. */
    heal(): void {
      conducts.clear();
      handlings.clear();
      calls = [];
      taken = 0;
      sizeOf = (size) => size;
    },
    /** What was asked, in order. */
    calls: (): readonly Operation[] => calls,
    /** Bytes of data that came to the store to be written. */
    taken: (): number => taken,

    around: (store: Store): Store => ({
      ...store,
      prepare: () => asked('prepare', () => store.prepare()),
      write: (upload, data, options) =>
        asked('write', () => store.write(upload, handled('write', counted(data)), options)),
      publish: (upload, signal) => asked('publish', () => store.publish(upload, signal)),
      release: (upload) => asked('release', () => store.release(upload)),
      discard: (upload, signal) => asked('discard', () => store.discard(upload, signal)),
      remove: (location, signal) => asked('remove', () => store.remove(location, signal)),
      abandoned: () => asked('abandoned', () => store.abandoned()),
      open: (location, signal) =>
        asked('open', async (): Promise<StoredData> => {
          const data = await store.open(location, signal);
          return {
            ...data,
            size: sizeOf(data.size),
            read(range) {
              calls.push('read');
              return handled('read', data.read(range));
            },
          };
        }),
    }),
  };

  async function* counted(data: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of data) {
      taken += piece.length;
      yield piece;
    }
  }
}
