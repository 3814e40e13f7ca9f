import { setTimeout as wait } from 'node:timers/promises';
import { graphql } from './client.js';
import type { TestGateway } from './gateway.js';
import { gql } from './gql.js';
import type { RunningGateway } from './process.js';

/** Clients that create and list images all the time. */
export interface DatabaseLoad {
  /** The names of the images whose creation was acknowledged. */
  created: string[];
  failures: Failure[];
  stop(): Promise<void>;
}

interface Failure {
  /** `list`, or `change` and the number of the client. */
  what: string;
  code: unknown;
  /** Milliseconds since 1970. */
  at: number;
}

export const CREATORS = 4;

export function databaseLoad(gateway: RunningGateway): DatabaseLoad {
  const created: string[] = [];
  const failures: Failure[] = [];
  let isOver = false;
  const runs = [...Array.from({ length: CREATORS }, (_, id) => creator(id)), reader(), reader()];
  return {
    created,
    failures,
    async stop() {
      isOver = true;
      await Promise.all(runs);
    },
  };

  function creator(id: number): Promise<void> {
    return repeat(`change ${id}`, async (count) => {
      const name = `image-${id}-${count}`;
      const { errors } = await graphql(gateway, CREATE, { name });
      if (errors) return errors[0].extensions.code;
      created.push(name);
      return undefined;
    });
  }

  function reader(): Promise<void> {
    return repeat('list', async () => (await graphql(gateway, LIST)).errors?.[0].extensions.code);
  }

  async function repeat(what: string, work: (count: number) => Promise<unknown>): Promise<void> {
    for (let count = 0; !isOver; count += 1) {
      const code = await work(count).catch((error: unknown) => String(error));
      if (code !== undefined) failures.push({ what, code, at: Date.now() });
      await wait(5);
    }
  }
}

/** Returns each move of a gateway to another database host: `host:port to host:port`. */
export function moves({ log }: RunningGateway | TestGateway): string[] {
  const lines = typeof log === 'function' ? log() : log;
  return lines.flatMap(
    ({ msg }) => /^moved from database host (\S+ to [^\s,]+?)[:,] /.exec(String(msg))?.[1] ?? [],
  );
}

export const CREATE = gql('mutation ($name: String!) { createImage(input: { name: $name }) { id } }');
export const LIST = gql('{ images(first: 5) { edges { node { id } } } }');
