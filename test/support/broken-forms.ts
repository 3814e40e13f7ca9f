import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { expect } from 'vitest';
import { as, createImage, run } from './client.js';
import { gql } from './gql.js';
import { formBytes, FORMATS, imageForm, operationForm, partBytes, sendForm, type Part } from './form.js';
import { UPLOAD } from './multipart.js';
import { eventually } from './poll.js';
import { spawnGateway } from './process.js';

const TENANTS = ['t1', 't2', 't3', 't4', 't5', 't6'];
const AT_ONCE = 48;
const PIECE = 65_536;
const ADMIN = as('operators', 'admin');

/** Ways in which a sender stops at some place of its form. */
const ENDS = ['break', 'reset', 'half-close', 'silence', 'pause', 'trickle'] as const;
type End = (typeof ENDS)[number];

/**
 * Sends this number of forms that are cut, fall silent or become slow, at every part and at every 64 KiB, to a gateway
 * in a process of its own. Then expects that nothing of them is left.
 *
 * @param options.trickles also sends forms byte by byte until they are refused, which takes half a minute
 */
export async function nothingIsLeftOf(count: number, options: { trickles: boolean }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const gateway = await spawnGateway({
    DATA_DIR: folder,
    AUTH: 'trusted',
    UPLOAD_IDLE_TIMEOUT: '1',
    MULTIPART_CONCURRENCY: String(4 * AT_ONCE),
  });
  const spooled = () =>
    readdirSync(join(folder, 'tmp')).flatMap((name) => readdirSync(join(folder, 'tmp', name)));
  const ends = options.trickles ? ENDS : ENDS.filter((end) => end !== 'trickle');
  const turn = pLimit(AT_ONCE);
  const sent = Array.from({ length: count }, (_, n) =>
    turn(async () => {
      const tenant = TENANTS[n % TENANTS.length];
      const parts = await formOf(n, gateway, tenant);
      const places = placesOf(parts);
      // Neighbours end in different ways, and each way reaches all places in time.
      const place = places[Math.floor(n / ends.length) % places.length];
      await sendUpTo(place, ends[n % ends.length], formBytes(parts), gateway.url, as(tenant));
    }),
  );
  await Promise.all(sent);

  for (const tenant of TENANTS) {
    const { data, error } = await sendForm(gateway, imageForm('data'), as(tenant));
    expect(data?.createImage?.status ?? error).toBe('active');
  }
  await eventually(
    () => spooled(),
    (files) => files.length === 0,
  );
  const query = gql(
    '{ images(first: 1000, filter: { status: { eq: "saving" } }) { edges { node { id } } } }',
  );
  await eventually(
    () => run(gateway, query, {}, ADMIN),
    ({ images }) => images.edges.length === 0,
  );
  await everyPlaceIsFree(gateway.url);
  const crashed = gateway.log().filter(({ level, msg }) => level >= 60 || msg === 'internal error');
  expect(crashed).toEqual([]);
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
}

/** A form that creates an image, or one that fills an image that is there. */
async function formOf(n: number, gateway: { url: string }, tenant: string): Promise<Part[]> {
  const file = Buffer.alloc(5 * PIECE, n);
  if (n % 2 === 0) return imageForm(file);
  const id = await createImage(gateway, FORMATS, as(tenant));
  return operationForm(UPLOAD, { id, data: null }, '["variables.data"]', file);
}

/** Before and within each part, at every 64 KiB, and around the end. */
function placesOf(parts: readonly Part[]): number[] {
  const places = new Set<number>();
  let start = 0;
  for (const part of parts) {
    const bytes = partBytes(part);
    const header = bytes.indexOf('\r\n\r\n');
    for (const within of [0, 3, Math.floor(header / 2), header + 4, header + 5, bytes.length - 2])
      places.add(start + within);
    start += bytes.length;
  }
  const whole = formBytes(parts).length;
  for (let place = PIECE; place < whole; place += PIECE) places.add(place);
  for (const before of [6, 4, 2, 1]) places.add(whole - before);
  return [...places].sort((a, b) => a - b);
}

async function sendUpTo(
  place: number,
  end: End,
  form: Buffer,
  url: string,
  identity: Record<string, string>,
): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let answer = '';
  socket.on('error', () => undefined).on('data', (text) => (answer += text.toString()));
  const isAnswered = () => /^HTTP\/1\.1 [45]|"errors"|"data"/.test(answer) || socket.destroyed;
  const head = Object.entries({ ...identity, host: 'gateway', 'content-length': form.length });
  socket.write(
    'POST /graphql HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b\r\napollo-require-preflight: 1\r\n' +
      `${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  await new Promise((resolve) => socket.write(form.subarray(0, place), resolve));
  // The gateway needs time to read the sent bytes.
  await wait(50);
  if (end === 'break') socket.destroy();
  if (end === 'reset') socket.resetAndDestroy();
  if (end === 'half-close') socket.end();
  if (end === 'pause') {
    await wait(300);
    socket.write(form.subarray(place));
  }
  for (let next = place; end === 'trickle' && next < form.length && !isAnswered(); next += 1) {
    socket.write(form.subarray(next, next + 1));
    await wait(100);
  }
  if (end !== 'break' && end !== 'reset') await eventually(isAnswered, Boolean, 60);
  if (end === 'pause') expect(answer).toContain('"active"');
  if (end === 'silence' || end === 'half-close') expect(answer).toMatch(/UPLOAD_(IDLE|ABORTED)/);
  if (end === 'trickle' && form.length - place > 1000) expect(answer).toContain('UPLOAD_TOO_SLOW');
  socket.destroy();
  await closed;
}

/** Takes every place for uploads at once, which succeeds only if each is free. */
async function everyPlaceIsFree(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const ask = async (tenant: number) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('error', () => undefined).on('data', (text) => (answer += text.toString()));
    const head = Object.entries({ ...as(`new-${tenant}`), host: 'gateway', 'content-length': 1000 });
    socket.write(
      'POST /graphql HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b\r\napollo-require-preflight: 1\r\n' +
        `expect: 100-continue\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    await eventually(() => answer.includes('\r\n\r\n'));
    return { socket, isTaken: answer.startsWith('HTTP/1.1 100 ') };
  };
  const asked = await Promise.all(Array.from({ length: 4 * AT_ONCE }, (_, n) => ask(n)));
  expect(asked.filter(({ isTaken }) => isTaken)).toHaveLength(4 * AT_ONCE);
  for (const { socket } of asked) socket.destroy();
}
