import { Worker } from 'node:worker_threads';

/** Data that is being digested by several algorithms at once, each on a thread of its own. */
export interface Digesting {
  /** Resolves once the bytes are digested and their memory may be used again. One call after the other. */
  update(memory: SharedArrayBuffer, length: number): Promise<void>;
  /** Ends it: hexadecimal digits by algorithm. */
  digests(): Promise<ReadonlyMap<string, string>>;
  /** Ends it without a result. Does nothing where it has ended. */
  drop(): void;
}

/** Threads that digest, so that data on its way in holds up nobody else, and uses more than one processor. */
export interface DigestThreads {
  begin(algorithms: readonly string[]): Digesting;
  /** Ends the threads; what is still being digested fails. */
  close(): Promise<void>;
}

/** What a thread is told: to begin a job, to take bytes in, to end it, or several of these at once. */
export interface Order {
  job: number;
  algorithm?: string;
  memory?: SharedArrayBuffer;
  length?: number;
  ends?: boolean;
}

/** @param most threads at once; they are started when there is work for them */
export function digestThreads(most: number): DigestThreads {
  const threads: Thread[] = [];
  let jobs = 0;

  return {
    begin(algorithms) {
      const ours = [...new Set(algorithms)].map((algorithm) => {
        const on = threadFor();
        on.jobs += 1;
        const job = (jobs += 1);
        // Should it fail, so does everything after it.
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
        async update(memory, length) {
          await Promise.all(ours.map(({ on, job }) => on.tell({ job, memory, length })));
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

  /** The one with the least to do. */
  function threadFor(): Thread {
    const [idlest] = [...threads].sort((one, other) => one.jobs - other.jobs);
    if (idlest && (idlest.jobs === 0 || threads.length >= most)) return idlest;
    const added = thread(() => threads.splice(threads.indexOf(added), 1));
    threads.push(added);
    return added;
  }
}

interface Thread {
  /** Of how many digests it is in the midst. */
  jobs: number;
  /** Resolves with the digest, if the order is to end one. */
  tell(order: Order): Promise<string | undefined>;
  close(): Promise<void>;
}

/** @param onEnd called when it takes no more orders */
function thread(onEnd: () => void): Thread {
  const worker = new Worker(new URL('./digest-worker.js', import.meta.url), {
    resourceLimits: LITTLE_MEMORY,
  });
  const asked: { resolve: (digest: string | undefined) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  // Nobody waits for a thread but those who wait for data as well.
  worker.unref();
  worker.on('message', (digest: string | undefined) => asked.shift()?.resolve(digest));
  worker.on('error', (error) => (failure = error));
  worker.on('exit', () => {
    failure ??= new Error('a thread that digests has ended');
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

/** MiB: what is digested lies in memory that it shares, so its own may be small. */
const LITTLE_MEMORY = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };
