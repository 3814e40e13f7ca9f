import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const PROGRAM = `
import { Worker } from 'node:worker_threads';
import { getHeapSpaceStatistics } from 'node:v8';
import { keepHeapSmall } from './src/commands/heap-growth.ts';

if (process.env.LIMITED) keepHeapSmall();
const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
let kept = [];
let largest = 0;
// The start of a thread makes V8 forget the limit.
const thread = new Worker('require("node:worker_threads").parentPort.on("message", () => 0)', { eval: true, execArgv: [] });
await new Promise((resolve) => thread.once('online', resolve));
for (let turn = 0; turn < 100; turn += 1) {
  for (let n = 0; n < 20_000; n += 1) kept.push({ n });
  if (kept.length > 300_000) kept = kept.slice(250_000);
  largest = Math.max(largest, young());
  // As fast as a gateway with a hundred transfers allocates.
  await new Promise((resolve) => setTimeout(resolve, 2));
}
process.stdout.write(String(largest / 1024 / 1024));
process.exit();
`;

// The limit is adjusted twenty times a second: now and then, on a busy machine, the heap is quicker.
test(
  'the young generation stays at about 16 MiB while much is allocated, also after a thread has started',
  { retry: 4 },
  () => {
    // Node 24 goes a little beyond.
    expect(largestYoungGeneration({ LIMITED: '1' })).toBeLessThan(24);
    expect(largestYoungGeneration({})).toBeGreaterThan(24);
  },
);

function largestYoungGeneration(environment: Record<string, string>): number {
  const args = ['--import', '@swc-node/register/esm-register', '--input-type=module', '-e', PROGRAM];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}
