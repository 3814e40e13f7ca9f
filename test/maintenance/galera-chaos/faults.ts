import { createConnection } from 'mysql2/promise';
import type { Galera } from '../../support/galera.js';
import type { Slot } from './gateways.js';

/** A fault that is caused, and then mended. */
export interface Fault {
  name: string;
  /** Returns the function that mends it. */
  cause(): Promise<() => Promise<void>>;
}

/**
 * Returns the kinds of faults of a cluster and its gateways. Each strikes one node or one gateway.
 *
 * @param pick returns a random whole number from 0 to below a limit
 */
export function clusterFaults(
  galera: Galera,
  slots: readonly Slot[],
  pick: (below: number) => number,
): Fault[] {
  const { nodes } = galera;
  const node = () => nodes[pick(nodes.length)];
  const slot = () => slots[pick(slots.length)];
  return [
    {
      name: 'node killed',
      async cause() {
        const struck = node();
        await struck.kill();
        return async () => {
          await galera.quorum();
          await struck.start();
        };
      },
    },
    {
      name: 'node stopped',
      async cause() {
        const struck = node();
        struck.freeze();
        return () => struck.thaw();
      },
    },
    {
      name: 'node cut off',
      async cause() {
        const struck = node();
        await struck.isolate();
        return () => struck.rejoin();
      },
    },
    {
      name: 'gateway killed',
      async cause() {
        const struck = slot();
        await struck.kill();
        return () => struck.restart();
      },
    },
    {
      name: 'gateway paused',
      async cause() {
        const struck = slot();
        struck.pause();
        return async () => struck.resume();
      },
    },
    {
      name: 'table locked',
      async cause() {
        const connection = await createConnection({ uri: node().rootUrl, database: 'test_chaos' });
        connection.on('error', () => undefined);
        // A lock that waits for long stops the whole cluster: the node cannot apply the changes of others meanwhile.
        await connection.query('SET SESSION lock_wait_timeout = 5');
        await connection.query('LOCK TABLES images WRITE').catch((error: unknown) => {
          connection.destroy();
          throw error;
        });
        return async () => connection.destroy();
      },
    },
    {
      name: 'node read only',
      async cause() {
        const struck = node();
        await struck.sql('SET GLOBAL read_only = ON');
        return async () => void (await struck.sql('SET GLOBAL read_only = OFF'));
      },
    },
  ];
}
