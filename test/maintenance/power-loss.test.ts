import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createImage, putData } from '../support/client.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';

// Looking at a process that one has not started oneself is for root alone on many systems.
const canTrace = process.getuid?.() === 0 && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!canTrace && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no strace, or no right to use it');
if (!canTrace)
  process.stderr.write('skipped: the order of system calls, since strace is not there or may not be used\n');

describe.skipIf(!canTrace)('a loss of power after the answer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  afterAll(async () => {
    await endAll();
    rmSync(folder, { recursive: true });
  });

  test('takes nothing: data, name and row are on the disk, in this order, before it is given', async () => {
    const gateway = await spawnGateway({ DATA_DIR: folder });
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const trace = join(folder, 'trace');
    const calls = 'fsync,fdatasync,link,linkat,write,writev,sendto,sendmsg';
    const strace = spawn('strace', [
      '-f',
      '-y',
      '-e',
      `trace=${calls}`,
      '-s',
      '100',
      '-o',
      trace,
      '-p',
      String(gateway.pid),
    ]);
    let said = '';
    strace.stderr.on('data', (text) => (said += text));
    await eventually(() => said.includes('attached'));
    const answer = await putData(gateway, id, Buffer.alloc(3_000_000));
    expect(answer.status).toBe(200);
    strace.kill('SIGINT');
    await once(strace, 'exit');

    const lines = (await readFile(trace, 'utf8')).split('\n');
    // A call during which others are seen is told in two lines, of which the second says that it is over.
    const over = (pattern: RegExp, from: number) => {
      const begun = lines.findIndex((line, at) => at > from && pattern.test(line));
      expect(begun, String(pattern)).toBeGreaterThan(from);
      if (!lines[begun].endsWith('<unfinished ...>')) return begun;
      const thread = lines[begun].split(' ')[0];
      return lines.findIndex(
        (line, at) => at > begun && line.startsWith(thread) && line.includes('resumed>'),
      );
    };
    const data = over(/f(data)?sync\(.*\.upload-/, 0);
    const name = over(new RegExp(`link(at)?\\(.*${id}`), data);
    const directory = over(/fsync\(.*\/images>/, name);
    const row = over(/f(data)?sync\(.*sqlite/, directory);
    const told = over(/(write|writev|sendto|sendmsg)\(.*HTTP\/1.1 200/, 0);
    expect(told).toBeGreaterThan(row);
    const written = lines.findLastIndex((line) => /(write|writev)\(.*\.upload-/.test(line));
    expect(written).toBeLessThan(data);
  });
});
