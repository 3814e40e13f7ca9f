import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createImage, graphql, putData, run } from '../../test/support/client.js';
import { CHANGES, subscribeTo } from '../../test/support/live.js';
import type { Cloud } from './cloud.js';
import * as operations from './operations.js';
import { failures } from './load-failures.js';
import { sendAll, type Kind } from './pace.js';
import { slowly, someData } from './slow-body.js';

/** Facts that all requests of the load share. */
export interface Target {
  /** A gateway by chance, as a proxy chooses one. */
  gateway(): { url: string };
  headers: Record<string, string>;
  /** Ids of images with data. */
  ids: string[];
}

const SYSTEMS = ['debian', 'ubuntu', 'fedora'];
const FIRST_IMAGES = 40;

/** Registers the first images, and returns what the load needs. */
export async function firstImages(cloud: Cloud): Promise<Target> {
  const target: Target = {
    gateway: () => oneOf(cloud.gateways),
    headers: { 'x-auth-token': cloud.tokens.root },
    ids: [],
  };
  for (let nth = 0; nth < FIRST_IMAGES; nth += 1) await upload(target, someData(256 * 1024), 'fast');
  return target;
}

/** Sends requests of all kinds until the end. @throws Error when requests fail that should not */
export async function load(cloud: Cloud, target: Target, end: AbortSignal): Promise<void> {
  const lost = target.ids.shift()!;
  rmSync(cloud.fileOf(lost));
  const all = [...reading(target), ...writing(target), ...failures(cloud, target, lost)];
  const failed = await sendAll(all, end);
  for (const [name, error] of failed) throw new Error(`the load failed: ${name}`, { cause: error });
}

function reading({ gateway, headers, ids }: Target): Kind[] {
  const ask = (path: string, options: RequestInit = {}) =>
    fetch(gateway().url + path, { headers, ...options }).then((answer) => answer.arrayBuffer());
  return [
    {
      name: 'list',
      perSecond: 6,
      send: () => run(gateway(), operations.LIST_IMAGES, { first: 25 }, headers),
    },
    {
      name: 'find',
      perSecond: 3,
      send: () => run(gateway(), operations.FIND_IMAGES, { os: oneOf(SYSTEMS) }, headers),
    },
    {
      name: 'detail',
      perSecond: 5,
      send: () => run(gateway(), operations.IMAGE_DETAIL, { id: oneOf(ids) }, headers),
    },
    { name: 'other operation', perSecond: 1, send: () => run(gateway(), operations.VIEWER, {}, headers) },
    { name: 'version 1 list', perSecond: 3, send: () => ask('/v1/images?limit=25') },
    { name: 'version 1 details', perSecond: 2, send: () => ask('/v1/images/detail?limit=25') },
    {
      name: 'version 1 image',
      perSecond: 3,
      send: () => ask(`/v1/images/${oneOf(ids)}`, { method: 'HEAD' }),
    },
    { name: 'download', perSecond: 1.5, send: () => ask(`/data/${oneOf(ids)}`) },
    { name: 'health', perSecond: 1, send: () => ask('/ready') },
    {
      name: 'subscription',
      perSecond: 0.3,
      async send() {
        const subscription = subscribeTo(gateway(), CHANGES, { headers });
        await wait(5_000 + 20_000 * Math.random());
        subscription.end();
      },
    },
  ];
}

function writing(target: Target): Kind[] {
  const { gateway, headers, ids } = target;
  return [
    { name: 'upload', perSecond: 0.4, send: () => upload(target, someData(), 'fast') },
    { name: 'upload to the archive', perSecond: 0.2, send: () => upload(target, someData(), 'archive') },
    {
      name: 'version 1 upload',
      perSecond: 0.2,
      async send() {
        const image = { 'x-image-meta-disk_format': 'raw', 'x-image-meta-container_format': 'bare' };
        const request = { method: 'POST', headers: { ...headers, ...image }, body: slowly(someData()) };
        await fetch(`${gateway().url}/v1/images`, { ...request, duplex: 'half' } as RequestInit);
      },
    },
    { name: 'queued image', perSecond: 0.1, send: () => createImage(gateway(), {}, headers) },
    {
      name: 'rename',
      perSecond: 1.5,
      send: () => run(gateway(), operations.RENAME_IMAGE, { id: oneOf(ids), name: oneOf(SYSTEMS) }, headers),
    },
    {
      name: 'delete',
      perSecond: 0.3,
      send: () => graphql(gateway(), operations.DELETE_IMAGE, { id: ids.shift()! }, headers),
    },
  ];
}

async function upload({ gateway, headers, ids }: Target, data: Uint8Array, store: string): Promise<void> {
  const os = oneOf(SYSTEMS);
  const input = {
    name: os,
    diskFormat: 'raw',
    containerFormat: 'bare',
    properties: [{ name: 'os', value: os }],
  };
  const { createImage } = await run(gateway(), operations.CREATE_IMAGE, { input }, headers);
  const { status } = await putData(gateway(), createImage.id, slowly(data), {
    ...headers,
    'x-image-meta-store': store,
  });
  if (status !== 200) throw new Error(`expected the status 200 for an upload, got ${status}`);
  ids.push(createImage.id);
}

function oneOf<Item>(items: Item[]): Item {
  return items[Math.floor(Math.random() * items.length)];
}
