import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** Data that several algorithms digest at once. */
export interface Digesting {
  /** Resolves once the bytes are digested and their memory may be used again. Calls must not overlap. */
  update(bytes: Buffer): Promise<void>;
  /** Ends the digests and returns their hexadecimal digits by algorithm. */
  digests(): Promise<ReadonlyMap<string, string>>;
  /** Ends the digests without a result. Does nothing after they have ended. */
  drop(): void;
}

/** The threads that digest data, so that it blocks no other request and uses more than one processor. */
export interface DigestThreads {
  /**
   * Begins the digests, each on a thread of its own.
   *
   * @param size the bytes of the data, if known: little data is digested on the calling thread
   */
  begin(algorithms: readonly string[], size?: number): Digesting;
  /** Ends the threads. Digests that still run fail. */
  close(): Promise<void>;
}

/** A message to a thread: begin a job, digest bytes, end the job, or several of these at once. */
export interface Order {
  job: number;
  algorithm?: string;
  bytes?: Uint8Array;
  ends?: boolean;
}

/** So few bytes are digested faster on the calling thread than by handing them to another one. */
const LITTLE = 128 * 1024;

/** @param most the greatest number of threads at once; a thread starts when there is work for it */
export function digestThreads(most: number): DigestThreads {
  const threads: Thread[] = [];
  let jobs = 0;

  return {
    begin(algorithms, size = Infinity) {
      if (size <= LITTLE) return digestHere(algorithms);
      const ours = [...new Set(algorithms)].map((algorithm) => {
        const on = threadFor();
        on.jobs += 1;
        const job = (jobs += 1);
        // If this fails, so does every later order of the job, which is awaited.
        on.tell({ job, algorithm }).catch(() => undefined);
        return { algorithm, on, job };
      });
      let isOver = false;
      const end = () => {
        isOver = true;
        return ours.map(async ({ algorithm, on, job }): Promise<[string, string]> => {
          on.jobs -= 1;
          return [algorithm, (await on.tell({ job, ends: true }))!];
        });
      };
      return {
        async update(bytes) {
          const shared = inSharedMemory(bytes);
          await Promise.all(ours.map(({ on, job }) => on.tell({ job, bytes: shared })));
        },
        async digests() {
          return new Map(await Promise.all(end()));
        },
        drop() {
          if (isOver) return;
          for (const ended of end()) ended.catch(() => undefined);
        },
      };
    },

    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };

  /** Returns the thread with the fewest jobs, or a new one. */
  function threadFor(): Thread {
    const [idlest] = [...threads].sort((one, other) => one.jobs - other.jobs);
    if (idlest && (idlest.jobs === 0 || threads.length >= most)) return idlest;
    const added = thread(() => threads.splice(threads.indexOf(added), 1));
    threads.push(added);
    return added;
  }
}

/** Digests on the calling thread. */
export function digestHere(algorithms: readonly string[]): Digesting {
  const hashes = new Map([...new Set(algorithms)].map((algorithm) => [algorithm, createHash(algorithm)]));
  return {
    async update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes);
    },
    async digests() {
      return new Map([...hashes].map(([algorithm, hash]) => [algorithm, hash.digest('hex')]));
    },
    drop: () => undefined,
  };
}

/** A message would copy bytes that are not in shared memory, and all the memory around them. */
function inSharedMemory(bytes: Buffer): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

interface Thread {
  /** The number of digests under way. */
  jobs: number;
  /** Resolves with the digest, if the order ends one. */
  tell(order: Order): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param onEnd called when the thread accepts no more orders */
function thread(onEnd: () => void): Thread {
  const worker = new Worker(new URL('./digest-worker.js', import.meta.url), {
    resourceLimits: LITTLE_MEMORY,
  });
  const asked: { resolve: (digest: string | undefined) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  // A thread alone must not keep the process alive: its senders do.
  worker.unref();
  worker.on('message', (digest: string | undefined) => asked.shift()?.resolve(digest));
  worker.on('error', (error) => (failure = error));
  worker.on('exit', () => {
    failure ??= new Error('a digest thread has ended');
    onEnd();
    for (const { reject } of asked.splice(0)) reject(failure);
  });

  return {
    jobs: 0,
    tell: (order) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        asked.push({ resolve, reject });
        worker.postMessage(order);
      }),
    close: async () => void (await worker.terminate()),
  };
}

/** MiB: the data lies in shared memory, so a thread's own memory may be small. */
const LITTLE_MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };
