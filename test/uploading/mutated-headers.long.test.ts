import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatInspector, type Inspection } from '../../src/image/inspector/format-inspector.js';
import { DETECTED_FORMATS } from '../../src/image/inspector/look.js';
import { iso, patched } from '../support/hand-made-images.js';
import { createImage, hasQemuImg, type QemuFormat } from '../support/qemu-img.js';
import { numbers } from '../support/random.js';
import { folderOfTests } from '../support/temporary-folder.js';

const HEADERS = Number(process.env.HEADERS ?? 1_000_000);
const SEED = Number(process.env.HEADERS_SEED ?? 1);
const random = numbers(SEED);

const KIB = 1024;
const MOST_MILLISECONDS = 5;
/** Bytes that the memory in use may grow by, for the tests themselves. */
const MOST_GROWTH = 2 * KIB * KIB;

const FORMATS: readonly QemuFormat[] = [
  { name: 'qcow' },
  { name: 'qcow2', options: 'compat=0.10' },
  { name: 'qcow2' },
  { name: 'qed' },
  { name: 'vmdk' },
  { name: 'vmdk', options: 'subformat=streamOptimized' },
  { name: 'vmdk', options: 'subformat=monolithicFlat' },
  { name: 'vpc' },
  { name: 'vpc', options: 'subformat=fixed' },
  { name: 'vhdx' },
  { name: 'vdi' },
  { name: 'parallels' },
];

/** An image whose headers lie in some places, with their lengths. */
interface Subject {
  data: Buffer;
  headers: readonly (readonly [at: number, length: number])[];
}

describe.skipIf(!hasQemuImg)(`${HEADERS} damaged headers, from seed ${SEED}`, () => {
  const folder = folderOfTests();
  let subjects: Subject[];

  beforeAll(() => {
    const made = FORMATS.map((format, index) => {
      const file = join(folder, String(index));
      createImage(file, format, 1);
      return subjectOf(readFileSync(file));
    });
    const luks = patched(Buffer.alloc(4 * KIB), { 0: 'LUKS\xba\xbe\0\x01' });
    subjects = [...made, subjectOf(iso()), subjectOf(luks)];
    // The first ones compile the code.
    for (const { data } of subjects) for (let count = 0; count < 50; count += 1) inspect(data);
  });

  test('none throws, takes longer than 5 ms, or leaves memory in use', { timeout: 30 * 60_000 }, async () => {
    const slow: string[] = [];
    const wrong: string[] = [];
    let settled = 0;
    for (let count = 0; count < HEADERS; count += 1) {
      const subject = subjects[random(subjects.length)];
      const undo = damage(subject);
      const length = random(8) > 0 ? subject.data.length : random(subject.data.length + 1);
      const data = subject.data.subarray(0, length);
      const { inspection, milliseconds } = timed(data);
      const header = () => `header ${count}: ${JSON.stringify(inspection)}, ${milliseconds} ms`;
      // A header that is slow by itself is slow again; a garbage collection does not come three times.
      if (milliseconds > MOST_MILLISECONDS && isSlowAgain(data)) slow.push(header());
      if (!isSensible(inspection) || (count % 64 === 0 && !isSameInPieces(data, inspection)))
        wrong.push(header());
      undo();
      if (count === Math.floor(HEADERS / 10)) settled = await memoryInUse();
      if (count % 10_000 === 0) await turn();
    }
    expect(wrong).toEqual([]);
    expect(slow).toEqual([]);
    expect((await memoryInUse()) - settled).toBeLessThan(MOST_GROWTH);
  });
});

function subjectOf(data: Buffer): Subject {
  const places = [
    ...([
      [0, 128],
      [0, 512],
      [512, 1024],
      [64 * KIB, 80],
      [128 * KIB, 80],
    ] as const),
    ...([
      [192 * KIB, 80],
      [256 * KIB, 80],
      [2048 * KIB, 256],
      [2112 * KIB, 64],
    ] as const),
    ...([
      [32 * KIB, 64],
      [data.length - 512, 512],
      [data.length - 1024, 128],
    ] as const),
  ];
  return { data, headers: places.filter(([at, length]) => at >= 0 && at + length <= data.length) };
}

/** Damages an image in a few places, and returns what mends it. */
function damage({ data, headers }: Subject): () => void {
  const before: [at: number, bytes: Buffer][] = [];
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const [from, length] = headers[random(headers.length)];
    const bytes = VALUES[random(VALUES.length)]();
    const at = from + (random(2) > 0 ? random(length) : 4 * random(length / 4));
    before.unshift([at, Buffer.from(data.subarray(at, at + bytes.length))]);
    bytes.copy(data, at);
  }
  return () => {
    for (const [at, bytes] of before) bytes.copy(data, at);
  };
}

const EXTREMES = ['00', 'ff', '7f', '80'];
const MAGICS = [
  'QFI\xfb',
  'KDMV',
  'conectix',
  'regi',
  'metadata',
  '\x7f\x10\xda\xbe',
  '\x01CD001',
  '\x55\xaa',
];

/** What is written over a header. */
const VALUES: readonly (() => Buffer)[] = [
  () => Buffer.from([random(256)]),
  () => Buffer.from([random(256), random(256), random(256), random(256)]),
  () => Buffer.from(EXTREMES[random(EXTREMES.length)].repeat([1, 2, 4, 8][random(4)]), 'hex'),
  () => Buffer.from(MAGICS[random(MAGICS.length)], 'latin1'),
  () => Buffer.alloc(1 + random(64)),
  () => Buffer.from('createType="RW 1 SPARSE /'.slice(random(24)), 'latin1'),
];

function inspect(data: Buffer): Inspection {
  const inspector = formatInspector();
  inspector.see(data);
  return inspector.end();
}

function timed(data: Buffer) {
  const begun = performance.now();
  const inspection = inspect(data);
  return { inspection, milliseconds: performance.now() - begun };
}

function isSlowAgain(data: Buffer): boolean {
  return [1, 2, 3, 4].every(() => timed(data).milliseconds > MOST_MILLISECONDS);
}

function isSensible({ format, virtualSize = 0 }: Inspection): boolean {
  const isKnown = format === null || DETECTED_FORMATS.includes(format);
  return isKnown && Number.isFinite(virtualSize) && virtualSize >= 0;
}

function isSameInPieces(data: Buffer, whole: Inspection): boolean {
  const inspector = formatInspector();
  for (let at = 0; at < data.length;) {
    const length = 1 + random(96 * KIB);
    inspector.see(data.subarray(at, at + length));
    at += length;
  }
  return JSON.stringify(inspector.end()) === JSON.stringify(whole);
}

/** Returns the bytes that objects and buffers hold after a garbage collection. */
async function memoryInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The memory of buffers is given back some time after the collection.
  for (let rounds = 5; rounds > 0; rounds -= 1) {
    collect();
    await wait(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
