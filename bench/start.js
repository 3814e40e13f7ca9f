import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { MIB } from './payload.js';
import { cpuSeconds, residentMemory } from './process-facts.js';
import { median } from './rounds.js';
import { GATEWAY } from './servers.js';
import { answering, freePort } from './workplace.js';

/** Seconds of processor time. */
const ALLOWED = 1;
const ALLOWED_OF_COMMAND = 0.2;
/** On a slow machine Node alone takes longer. There a command may take so many times as long as Node alone. */
const ALLOWED_OF_NODE = 1.25;
const ALLOWED_MEMORY = 100 * MIB;
const ROUNDS = 5;

/**
 * What a gateway takes until it is ready, on SQLite with no database yet: processor time, and memory. Then the processor
 * time of the commands that need no server, beside that of Node alone.
 */
export async function start({ place, say }) {
  say(`start: ${ROUNDS} starts of a gateway on SQLite`);
  const starts = [];
  for (let round = 0; round < ROUNDS; round += 1) starts.push(await startOnce(place, round));
  const seconds = median(starts.map((each) => each.seconds));
  const memory = median(starts.map((each) => each.memory));
  const node = median(Array.from({ length: ROUNDS }, () => secondsOf('-e', '0')));
  return {
    start: row(seconds, ALLOWED, (value) => `${value.toFixed(2)} s`),
    'start-memory': row(memory, ALLOWED_MEMORY, (value) => `${(value / MIB).toFixed(1)} MiB`),
    'start-help': command('--help', node),
    'start-version': command('--version', node),
  };
}

async function startOnce(place, round) {
  const port = await freePort();
  const folder = mkdtempSync(join(place.folder, `start-${round}-`));
  const child = place.start(`start-${round}`, process.execPath, [GATEWAY], {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: folder,
  });
  await answering(child, 'the gateway', async () => {
    const { ok } = await fetch(`http://127.0.0.1:${port}/ready`);
    if (!ok) throw new Error('not ready');
  });
  const facts = { seconds: cpuSeconds(child.pid), memory: residentMemory(child.pid).now };
  await place.stop(child);
  return facts;
}

function command(flag, node) {
  const all = Array.from({ length: ROUNDS }, () => secondsOf(GATEWAY, flag));
  const allowed = Math.max(ALLOWED_OF_COMMAND, ALLOWED_OF_NODE * node);
  const shown = (value) => `${value.toFixed(2)} s`;
  const { other, ...rest } = row(median(all), allowed, shown);
  return { ...rest, other: `${other}; Node alone: ${shown(node)}` };
}

/** Returns the processor time that Node takes. Only its parent learns it, here a shell. */
function secondsOf(...args) {
  const script = '"$@" >/dev/null && times';
  const times = execFileSync('sh', ['-c', script, 'sh', process.execPath, ...args], { encoding: 'utf8' });
  const [, ofChildren] = times.trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.,]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds.replace(',', '.')))
    .reduce((one, other) => one + other);
}

function row(value, allowed, shown) {
  return { ratio: value / allowed, other: `allowed: ${shown(allowed)}`, ours: shown(value) };
}
