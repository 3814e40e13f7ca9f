import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { configuredLog } from '../../src/telemetry/log.js';
import { prettyLines } from '../../src/telemetry/pretty-line.js';
import { called } from '../support/command.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { CONTROL_C, endTerminals, hasTerminal, onTerminal } from '../support/terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const options = { DATA_DIR: folder, PORT: '0' };
afterEach(async () => {
  await endAll();
  endTerminals();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('LOG_FORMAT', () => {
  test('is json where nobody watches', async () => {
    const gateway = await spawnGateway(options);
    const line = await eventually(() => gateway.stdout().split('\n')[0]);
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      msg: expect.stringMatching(/^listening on http/),
    });
  });

  test('pretty is a line with time, level, message and fields', async () => {
    const gateway = await spawnGateway({ ...options, LOG_FORMAT: 'pretty' });
    await fetch(`${gateway.url}/healthcheck`, { headers: { 'x-openstack-request-id': 'req-pretty' } });
    const line = await eventually(() =>
      gateway
        .stdout()
        .split('\n')
        .find((each) => each.includes('req-pretty')),
    );
    expect(line).toMatch(
      /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: request \{"reqId":"req-pretty","method":"GET","path":"\/healthcheck","status":200,/,
    );
  });

  test('pretty shows control characters as escapes', () => {
    const text = 'red \x1b[31m, bell \x07, \x9b31m, \x7f, a backslash \\u001b, line\nbreak';
    const line = prettyLines(false)(JSON.stringify({ level: 'info', msg: text, field: text }));
    expect(line).not.toMatch(/[^\P{Cc}\n]/u);
    expect(line).toContain(
      'red \\u001b[31m, bell \\u0007, \\u009b31m, \\u007f, a backslash \\u001b, line\nbreak',
    );
  });

  test.each(['json', 'pretty'] as const)(
    '%s shows an error with its causes, and no credentials',
    async (logFormat) => {
      const lines: string[] = [];
      const log = await configuredLog(
        { logLevel: 'info', logFormat },
        { write: (line) => void lines.push(line) },
      );
      const cause = Object.assign(new Error('mysql://root:s3cret@db/images is away'), {
        code: 'ECONNREFUSED',
      });
      log.warn({ err: new TypeError('cannot read', { cause }) }, 'a problem');
      log.debug('not wanted');
      const [line, ...others] = lines;
      expect(others).toEqual([]);
      for (const part of ['a problem', 'TypeError', 'cannot read', 'ECONNREFUSED', 'mysql://***@db/images'])
        expect(line).toContain(part);
      expect(line).not.toContain('s3cret');
    },
  );

  test('another value stops the start', async () => {
    const { code, stderr } = await called([], { ...options, LOG_FORMAT: 'xml' });
    expect([code, stderr]).toEqual([2, 'glance-graphql: LOG_FORMAT=xml: expected one of json, pretty\n']);
  });

  test.skipIf(!hasTerminal)('is pretty and coloured on a terminal, beside the banner', async () => {
    const terminal = onTerminal('serve', options);
    const output = await eventually(
      () => terminal.output(),
      (text) => /GraphQL +http/.test(text) && text.includes('listening on'),
    );
    expect(output).toContain('\x1b[32mINFO\x1b[39m: \x1b[36mlistening on http');
    expect(output).not.toContain('{"level"');
    terminal.press(CONTROL_C);
    expect(await terminal.ended).toBe(0);
  });
});
