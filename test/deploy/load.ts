import { setTimeout as wait } from 'node:timers/promises';
import { createActiveImage, createImage, putData, run } from '../support/client.js';
import { gql } from '../support/gql.js';
import { CHANGES, subscribeTo, type Transport } from '../support/live.js';
import { sendWithClient } from '../support/tus.js';
import { meta, v1 } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const LIST = gql('{ images(first: 10) { edges { node { id name } } } }');
const IMAGE = gql('query ($id: ID!) { image(id: $id) { name } }');
const RENAME = gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "renamed" }) { name } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');

/** Milliseconds between two rounds of one kind, so that two processors are left for the restarts. */
const PAUSE_MS = 40;
/** Data that takes some seconds when its reader pauses after each piece. */
const SLOW_BYTES = 12_000_000;

type Front = { url: string };

/** Requests of many kinds through a proxy, one after the other of each kind, until they are stopped. */
export interface Load {
  /** The number of rounds of each kind that went well. */
  readonly done: Record<string, number>;
  /** The rounds that failed, with their kind. */
  readonly failures: string[];
  stop(): Promise<void>;
}

export async function loadOn(front: Front): Promise<Load> {
  const slow = await createActiveImage(front, Buffer.alloc(SLOW_BYTES));
  const kinds: Record<string, () => Promise<void>> = {
    lists: async () => void (await run(front, LIST)),
    changes: () => lifeOfAnImage(front),
    'version 1': () => lifeInVersionOne(front),
    uploads: () => uploadAndDownload(front),
    'slow downloads': () => slowDownload(front, slow),
    'uploads in parts': () => uploadInParts(front),
  };
  const load = { done: {} as Record<string, number>, failures: [] as string[] };
  let isOver = false;
  const loops = Object.entries(kinds).map(async ([kind, round]) => {
    load.done[kind] = 0;
    while (!isOver) {
      const began = new Date().toISOString();
      try {
        await round();
        load.done[kind] += 1;
      } catch (error) {
        load.failures.push(`${kind}, begun ${began}, ended ${new Date().toISOString()}: ${described(error)}`);
      }
      await wait(PAUSE_MS);
    }
  });
  return {
    ...load,
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}

function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${described(error.cause)}`;
}

async function lifeOfAnImage(front: Front): Promise<void> {
  const id = await createImage(front, { name: 'new' });
  equal((await run(front, IMAGE, { id })).image?.name, 'new');
  equal((await run(front, RENAME, { id })).updateImage.name, 'renamed');
  equal((await run(front, DELETE, { id })).deleteImage.id, id);
}

async function lifeInVersionOne(front: Front): Promise<void> {
  const formats = meta({ disk_format: 'raw', container_format: 'bare' });
  const created = await v1(front, 'POST', '/v1/images', formats);
  equal(created.status, 201);
  const { id } = created.json().image;
  equal((await v1(front, 'GET', '/v1/images/detail?limit=5')).status, 200);
  equal((await v1(front, 'HEAD', `/v1/images/${id}`)).status, 200);
  equal((await v1(front, 'DELETE', `/v1/images/${id}`)).status, 200);
}

async function uploadAndDownload(front: Front): Promise<void> {
  const id = await createImage(front, FORMATS);
  const data = Buffer.alloc(200_000, id);
  equal((await putData(front, id, data)).status, 200);
  const answer = await fetch(`${front.url}/data/${id}`);
  equal(answer.status, 200);
  equal(Buffer.from(await answer.arrayBuffer()).equals(data), true);
  await run(front, DELETE, { id });
}

async function slowDownload(front: Front, id: string): Promise<void> {
  const answer = await fetch(`${front.url}/data/${id}`);
  equal(answer.status, 200);
  let length = 0;
  for await (const piece of answer.body!) {
    length += (piece as Uint8Array).length;
    await wait(10);
  }
  equal(length, SLOW_BYTES);
}

/** The client sends a part again that fails, as browsers do. */
async function uploadInParts(front: Front): Promise<void> {
  const id = await createImage(front, FORMATS);
  await sendWithClient(front, id, Buffer.alloc(1_000_000, id), {
    chunkSize: 100_000,
    retryDelays: [100, 500, 1000, 3000, 5000, 5000],
  });
  await run(front, DELETE, { id });
}

/** A subscriber who connects again whenever the connection ends, from the last change that came. */
export interface Reader {
  /** The ids of the images whose changes have come. */
  readonly ids: ReadonlySet<string>;
  /** The number of connections until now. */
  readonly connections: number;
  stop(): Promise<void>;
}

export function readerOn(front: Front, transport: Transport): Reader {
  const ids = new Set<string>();
  let after: string | undefined;
  let connections = 0;
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      connections += 1;
      const subscription = subscribeTo(front, CHANGES, { transport, variables: { after } });
      let hasEnded = false;
      while (!isOver && !hasEnded) {
        await wait(20);
        hasEnded =
          subscription.isComplete || subscription.closeCode !== undefined || subscription.errors.length > 0;
        for (const { imageChanged } of subscription.results.splice(0)) {
          ids.add(imageChanged.id);
          after = imageChanged.cursor;
        }
      }
      subscription.end();
    }
  })();
  return {
    ids,
    get connections() {
      return connections;
    },
    async stop() {
      isOver = true;
      await reading;
    },
  };
}

function equal(value: unknown, expected: unknown): void {
  if (value !== expected) throw new Error(`expected ${String(expected)}, got ${String(value)}`);
}
