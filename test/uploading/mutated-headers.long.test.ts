import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { formatInspector, type Inspection } from '../../src/image/inspector/format-inspector.js';
import { DETECTED_FORMATS } from '../../src/image/inspector/look.js';
import { iso, patched } from '../support/hand-made-images.js';
import { createImage, hasQemuImg, qemuInfo, type QemuFormat, type QemuInfo } from '../support/qemu-img.js';
import { numbers } from '../support/random.js';
import { folderOfTests } from '../support/temporary-folder.js';

const HEADERS = Number(process.env.HEADERS ?? 100_000);
const SEED = Number(process.env.HEADERS_SEED ?? 1);
const random = numbers(SEED);

const KIB = 1024;
const MOST_MILLISECONDS = 5;
/** Bytes that the memory in use may grow by, for the tests themselves and those before them. */
const MOST_GROWTH = 8 * KIB * KIB;

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
  format?: QemuFormat;
  headers: readonly (readonly [at: number, length: number])[];
}

describe.skipIf(!hasQemuImg)(`${HEADERS} damaged headers, from seed ${SEED}`, () => {
  const folder = folderOfTests();
  let subjects: Subject[];

  beforeAll(() => {
    const made = FORMATS.map((format, index) => {
      const file = join(folder, String(index));
      createImage(file, format, 1);
      return subjectOf(readFileSync(file), format);
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
      if (milliseconds > MOST_MILLISECONDS && (await isSlowAgain(data))) slow.push(header());
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

  test('QEMU reads no other file, and the same size, where the inspector sees no danger', async () => {
    const made = subjects.filter(({ format }) => format);
    const intact = made.map(({ data }) => inspect(data));
    const differences: string[] = [];
    let opened = 0;
    for (let count = 0; count < HEADERS / 1000; count += 1) {
      const index = random(made.length);
      const { data, format } = made[index];
      const undo = damage(made[index]);
      const inspection = inspect(data);
      const info = inspection.danger ? undefined : infoOf(data, format!);
      undo();
      await turn();
      // Data that has become another format is refused as one that was not declared.
      if (!info || inspection.format !== intact[index].format) continue;
      opened += 1;
      const other = info['backing-filename'] ?? info['format-specific']?.data?.['data-file'];
      if (other !== undefined || info['virtual-size'] !== inspection.virtualSize)
        differences.push(`${count}: ${JSON.stringify({ inspection, info })}`);
    }
    expect(differences).toEqual([]);
    expect(opened).toBeGreaterThan(HEADERS / 10_000);
  }, 600_000);

  /** Returns undefined when QEMU does not open it. */
  function infoOf(data: Buffer, format: QemuFormat): QemuInfo | undefined {
    const file = join(folder, 'damaged');
    writeFileSync(file, data);
    try {
      return qemuInfo(file, format);
    } catch {
      return undefined;
    }
  }
});

function subjectOf(data: Buffer, format?: QemuFormat): Subject {
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
  return { data, format, headers: places.filter(([at, length]) => at >= 0 && at + length <= data.length) };
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

/** The bytes that damage a header. */
const VALUES: readonly (() => Buffer)[] = [
  () => Buffer.from([random(256)]),
  () => Buffer.from([random(256), random(256), random(256), random(256)]),
  () => Buffer.from(EXTREMES[random(EXTREMES.length)].repeat([1, 2, 4, 8][random(4)]), 'hex'),
  () => Buffer.from(MAGICS[random(MAGICS.length)], 'latin1'),
  () => Buffer.alloc(1 + random(64)),
  () => Buffer.from('parentFileNameHint="/dev/null"'),
  () => Buffer.from('createType="RW 1 SPARSE /'.slice(random(24)), 'latin1'),
];

function inspect(data: Buffer): Inspection {
  const inspector = formatInspector();
  inspector.see(data);
  return inspector.end();
}

function timed(data: Buffer) {
  // Processor time: on a busy machine other processes have their turns meanwhile.
  const begun = process.cpuUsage();
  const inspection = inspect(data);
  const { user, system } = process.cpuUsage(begun);
  return { inspection, milliseconds: (user + system) / 1000 };
}

/** A header that is slow by itself is slow every time; a garbage collection on another thread ends meanwhile. */
async function isSlowAgain(data: Buffer): Promise<boolean> {
  for (let times = 20; times > 0; times -= 1) {
    if (timed(data).milliseconds <= MOST_MILLISECONDS) return false;
    await wait(20);
  }
  return true;
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
