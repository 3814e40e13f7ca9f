import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import pLimit from 'p-limit';
import { DatabaseUnavailable, QueryTimeout, ReadAbandoned } from './database-errors.js';
import type { Row, Value } from './row.js';

/** A statement that the process runs. */
export interface Scan {
  readonly sql: string;
  readonly values: readonly Value[];
}

/**
 * A process for the scans of the embedded database. A statement of SQLite stops the process that runs it, and only the end
 * of that process ends the statement.
 */
export interface ScanProcess {
  /**
   * Runs a statement that changes nothing.
   *
   * @param seconds the time that the statement may take
   * @param client ends the statement when it closes
   * @throws QueryTimeout, ReadAbandoned, DatabaseUnavailable, or the driver's error
   */
  read(scan: Scan, seconds: number, client?: Duplex): Promise<Row[]>;
  /** Ends the statement that runs, and the process. */
  end(): Promise<void>;
}

type Answer = { rows: Row[] } | { problem: { message: string; code: string } };

/** Milliseconds for which an idle process stays. */
const IDLE_MS = 60_000;

const ENDED = 'the process for scans has ended';

/** @param file the file of the database */
export function scanProcess(file: string): ScanProcess {
  const oneAtATime = pLimit(1);
  let child: ChildProcess | undefined;
  let ready: Promise<unknown> | undefined;
  let idle: NodeJS.Timeout | undefined;

  return {
    read: (scan, seconds, client) =>
      oneAtATime(async () => {
        clearTimeout(idle);
        try {
          const started = (child ??= start());
          await ready;
          if (client?.destroyed) throw new ReadAbandoned();
          return await rowsFrom(started, scan, seconds, client);
        } finally {
          idle = setTimeout(() => void end(), IDLE_MS).unref();
        }
      }),
    end,
  };

  function start(): ChildProcess {
    const started = fork(new URL('./scan-worker.js', import.meta.url), [file], {
      serialization: 'advanced',
      stdio: 'ignore',
      execArgv: [],
    });
    // A process alone must not keep the gateway alive: the request that waits for it does.
    started.unref();
    started.channel?.unref();
    ready = Promise.race([
      once(started, 'message'),
      once(started, 'exit').then(() => Promise.reject(new DatabaseUnavailable(ENDED))),
    ]);
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    return started;
  }

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = child;
    if (!ending) return;
    child = undefined;
    const exit = once(ending, 'exit');
    ending.kill('SIGKILL');
    await exit;
  }

  function rowsFrom(
    from: ChildProcess,
    scan: Scan,
    seconds: number,
    client: Duplex | undefined,
  ): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const giveUp = (error: Error) => {
        settle(() => reject(error));
        void end();
      };
      const leave = () => giveUp(new ReadAbandoned());
      const timer = setTimeout(() => giveUp(new QueryTimeout(undefined)), seconds * 1000);
      const onAnswer = (answer: Answer) =>
        settle(() => {
          if ('rows' in answer) resolve(answer.rows);
          else reject(Object.assign(new Error(answer.problem.message), { code: answer.problem.code }));
        });
      const onExit = () => giveUp(new DatabaseUnavailable(ENDED));
      const settle = (how: () => void) => {
        clearTimeout(timer);
        client?.off('close', leave);
        from.off('message', onAnswer).off('exit', onExit).off('error', giveUp);
        how();
      };
      client?.once('close', leave);
      from.on('message', onAnswer).once('exit', onExit).once('error', giveUp);
      from.send(scan);
    });
  }
}
