import { randomUUID } from 'node:crypto';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createImage, graphql, putData } from '../support/client.js';
import { onServer } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { beginUpload, sendPart, sendWithClient } from '../support/tus.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const CREATE = gql('mutation { createImage(input: {}) { id } }');
const LIST = gql('{ images(first: 5) { edges { node { id } } } }');
const LARGE = Buffer.alloc(3_000_000, 'x');

const guide = readFileSync(new URL('../../docs/guide/high-availability.md', import.meta.url), 'utf8');
const example = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(guide)![1];

/** A program that stands before two gateways with the configuration of the guide. */
interface Balancer {
  name: string;
  language: string;
  command: (file: string) => string[];
  /** Completes the example of the guide. */
  complete: (text: string, folder: string) => string;
}

const BALANCERS: Balancer[] = [
  {
    name: 'haproxy',
    language: 'haproxy',
    command: (file) => ['-db', '-f', file],
    complete: (text) => text.replace('bind :', 'bind 127.0.0.1:'),
  },
  {
    name: 'nginx',
    language: 'nginx',
    command: (file) => ['-c', file, '-e', 'stderr'],
    complete: (text, folder) =>
      `${userInfo().username === 'root' ? 'user root; ' : ''}daemon off; pid ${folder}/pid; error_log stderr; events { }\n` +
      `http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((part) => `${part}_temp_path ${folder}/${part};`).join(' ')}\n` +
      `${text.replace('listen ', 'listen 127.0.0.1:')} }`,
  },
];

describe.skipIf(inject('mysqlServer') === '')('two gateways on MySQL', () => {
  let folder: string;
  let database: string;
  let gateways: RunningGateway[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    database = `test_${randomUUID().replaceAll('-', '')}`;
    await onServer(`CREATE DATABASE ${database}`);
  });
  afterEach(async () => {
    await endAll();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true });
  });

  const options = (dataDir: string, port: number) => ({
    DATA_DIR: join(folder, dataDir),
    FILESYSTEM_STORE_DATADIR: join(folder, 'images'),
    DATABASE_URL: `${inject('mysqlServer')}/${database}`,
    PORT: `${port}`,
    SHUTDOWN_DELAY: /name: SHUTDOWN_DELAY, value: '(\d+)'/.exec(guide)![1],
  });

  test('with one DATA_DIR, a resumable upload goes on at the other gateway', async () => {
    gateways = await Promise.all([0, 0].map((port) => spawnGateway(options('shared', port))));
    const id = await createImage(gateways[0], FORMATS);
    const begun = await beginUpload(gateways[0], id, { 'upload-length': '8' });
    const path = new URL(begun.headers.get('location')!).pathname;
    expect((await sendPart(gateways[0].url + path, 0, 'half')).status).toBe(204);
    expect((await sendPart(gateways[1].url + path, 4, 'full')).status).toBe(204);
    expect(await stateOf(gateways[0], id)).toMatchObject({ status: 'active', size: 8 });
  });

  describe.each(BALANCERS)('behind $name, as the guide shows it', ({ name, language, command, complete }) => {
    const isMissing = spawnSync(name, ['-v']).error !== undefined;
    if (isMissing && process.env.REQUIRE_ALL) throw new Error(`REQUIRE_ALL is set, and there is no ${name}`);
    let ports: number[];
    let balancer: ChildProcess;
    let front: { url: string };

    beforeEach(async () => {
      ports = [await lowPort(), await lowPort()];
      gateways = await Promise.all(ports.map((port, nth) => spawnGateway(options(`data-${nth}`, port))));
      const port = await lowPort();
      front = { url: `http://127.0.0.1:${port}` };
      mkdirSync(join(folder, name));
      const file = join(folder, name, 'conf');
      const text = example(language)
        .replace(/(bind :|listen )9292/, `$1${port}`)
        .replaceAll('10.0.0.11:9292', `127.0.0.1:${ports[0]}`)
        .replaceAll('10.0.0.12:9292', `127.0.0.1:${ports[1]}`);
      writeFileSync(file, complete(text, join(folder, name)));
      balancer = spawn(name, command(file), { stdio: 'ignore' });
      await eventually(() =>
        fetch(`${front.url}/ready`).then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
    });
    afterEach(async () => {
      const ended = new Promise((resolve) => balancer.once('exit', resolve));
      balancer.kill('SIGTERM');
      await ended;
    });

    test.skipIf(isMissing)(
      'large bodies and resumable uploads pass, each upload to one gateway',
      async () => {
        for (let count = 0; count < 6; count += 1) {
          const id = await createImage(front, FORMATS);
          await sendWithClient(front, id, LARGE, { chunkSize: 500_000 });
          expect(await stateOf(front, id)).toMatchObject({ status: 'active', size: LARGE.length });
        }
        const id = await createImage(front, FORMATS);
        expect((await putData(front, id, LARGE)).status).toBe(200);
        expect((await (await fetch(`${front.url}/data/${id}`)).arrayBuffer()).byteLength).toBe(LARGE.length);
      },
    );

    test.skipIf(isMissing)('lists go on when a gateway is killed', async () => {
      gateways[0].kill('SIGKILL');
      await gateways[0].ended;
      await eventually(async () => (await fetch(`${front.url}/ready`)).status === 200);
      for (let count = 0; count < 20; count += 1)
        expect((await fetch(`${front.url}/v1/images`)).status).toBe(200);
    });

    test.skipIf(isMissing || name !== 'haproxy')(
      'a rolling restart fails no request',
      { timeout: 240_000 },
      async () => {
        const failures: unknown[] = [];
        let done = 0;
        let isOver = false;
        const repeat = async (work: () => Promise<unknown>) => {
          while (!isOver) {
            const failure = await work().catch((error: unknown) => String(error));
            if (failure !== undefined) failures.push(failure);
            done += 1;
          }
        };
        const running = [
          repeat(async () => (await graphql(front, CREATE)).errors),
          repeat(async () => (await graphql(front, LIST)).errors),
          repeat(async () => {
            const { status } = await putData(front, await createImage(front, FORMATS), 'data');
            return status === 200 ? undefined : status;
          }),
        ];
        for (const [nth, port] of ports.entries()) {
          const before = done;
          gateways[nth].kill('SIGTERM');
          expect((await gateways[nth].ended).code).toBe(0);
          gateways[nth] = await spawnGateway(options(`data-${nth}`, port));
          await eventually(() => done > before + 20);
          // The next one may stop when the balancer has found this one.
          await eventually(() => servesThroughBalancer(gateways[nth]), Boolean, 60);
        }
        isOver = true;
        await Promise.all(running);
        expect(failures).toEqual([]);
      },
    );
  });
});

/** Returns true once the gateway has answered a request of the load. */
function servesThroughBalancer(gateway: RunningGateway): boolean {
  return gateway.log().some(({ msg, path }) => msg === 'request' && path === '/graphql');
}
