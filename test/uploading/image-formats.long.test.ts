import { closeSync, ftruncateSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Inspection } from '../../src/image/inspector/format-inspector.js';
import { inspectedInEveryWay } from '../support/inspected.js';
import { convertImage, createImage, hasQemuImg, qemuInfo, type QemuFormat } from '../support/qemu-img.js';
import { folderOfTests } from '../support/temporary-folder.js';

const MEGABYTE = 1024 * 1024;
const DESCRIPTOR = 'it is a descriptor, which names other files';
const AES = 'encrypt.format=aes,encrypt.key-secret=key';

/** The name of a test → what qemu-img writes, and what the inspector finds. */
const FORMATS: Record<string, QemuFormat & Pick<Inspection, 'format' | 'danger'>> = {
  raw: { name: 'raw', format: 'raw' },
  'qcow, version 1': { name: 'qcow', format: 'qcow' },
  'qcow2, version 2': { name: 'qcow2', options: 'compat=0.10', format: 'qcow2' },
  'qcow2, version 3': { name: 'qcow2', format: 'qcow2' },
  'qcow2 with extended entries': { name: 'qcow2', options: 'extended_l2=on', format: 'qcow2' },
  'qcow2 with small clusters': { name: 'qcow2', options: 'cluster_size=512', format: 'qcow2' },
  'qcow2 with large clusters': { name: 'qcow2', options: 'cluster_size=2M', format: 'qcow2' },
  'qcow2 with zstd': { name: 'qcow2', options: 'compression_type=zstd', format: 'qcow2' },
  'qcow2 with metadata in advance': { name: 'qcow2', options: 'preallocation=metadata', format: 'qcow2' },
  'qcow2 with lazy reference counts': { name: 'qcow2', options: 'lazy_refcounts=on', format: 'qcow2' },
  'encrypted qcow2': { name: 'qcow2', options: AES, isEncrypted: true, format: 'qcow2' },
  qed: { name: 'qed', format: 'qed' },
  'vmdk, monolithicSparse': { name: 'vmdk', options: 'subformat=monolithicSparse', format: 'vmdk' },
  'vmdk, streamOptimized': { name: 'vmdk', options: 'subformat=streamOptimized', format: 'vmdk' },
  'vmdk, monolithicFlat': {
    ...{ name: 'vmdk', options: 'subformat=monolithicFlat' },
    ...{ format: 'vmdk', danger: DESCRIPTOR },
  },
  'vmdk, twoGbMaxExtentSparse': {
    ...{ name: 'vmdk', options: 'subformat=twoGbMaxExtentSparse' },
    ...{ format: 'vmdk', danger: DESCRIPTOR },
  },
  'vmdk, twoGbMaxExtentFlat': {
    ...{ name: 'vmdk', options: 'subformat=twoGbMaxExtentFlat' },
    ...{ format: 'vmdk', danger: DESCRIPTOR },
  },
  'vhd, dynamic': { name: 'vpc', options: 'subformat=dynamic', format: 'vhd' },
  'vhd, fixed': { name: 'vpc', options: 'subformat=fixed', format: 'vhd' },
  'vhd, fixed, of an exact size': { name: 'vpc', options: 'subformat=fixed,force_size=on', format: 'vhd' },
  'vhdx, dynamic': { name: 'vhdx', options: 'subformat=dynamic', format: 'vhdx' },
  'vhdx, fixed': { name: 'vhdx', options: 'subformat=fixed', format: 'vhdx' },
  'vdi, dynamic': { name: 'vdi', format: 'vdi' },
  'vdi, static': { name: 'vdi', options: 'static=on', format: 'vdi' },
  parallels: { name: 'parallels', format: 'ploop' },
};

describe.skipIf(!hasQemuImg)('the inspector tells what QEMU writes', () => {
  const folder = folderOfTests();
  const disk = join(folder, 'disk');

  beforeAll(() => writeDisk(disk));

  const cases = Object.entries(FORMATS).map(([title, format], index) => ({ title, format, index }));

  test.each(cases)('$title, of an empty disk', ({ format, index }) => {
    const file = join(folder, `created-${index}`);
    createImage(file, format, 2);
    expectFormat(file, format);
  });

  test.each(cases)('$title, of a disk with partitions', ({ format, index }) => {
    const file = join(folder, `converted-${index}`);
    convertImage(disk, file, format);
    // A raw disk shows its partitions.
    expectFormat(file, format.format === 'raw' ? { ...format, format: 'mbr' } : format);
  });

  test.each(['qcow2', 'vmdk'] as const)('%s, compressed', (name) => {
    const file = join(folder, `compressed-${name}`);
    const format = { name, options: name === 'vmdk' ? 'subformat=streamOptimized' : undefined };
    convertImage(disk, file, format, ['-c']);
    expectFormat(file, { ...format, format: name });
  });

  test('a part of a vmdk of several files', () => {
    createImage(join(folder, 'several.vmdk'), { name: 'vmdk', options: 'subformat=twoGbMaxExtentSparse' }, 2);
    const part = readdirSync(folder).find((name) => /^several-s001/.test(name))!;
    expect(inspectedInEveryWay(readFileSync(join(folder, part)))).toMatchObject({
      format: 'vmdk',
      danger: 'its descriptor tells no createType',
    });
  });

  test.each([
    ['qcow', 'qcow', 'it names a backing file'],
    ['qcow2', 'qcow2', 'it names a backing file'],
    ['qed', 'qed', 'it names a backing file'],
    ['vmdk', 'vmdk', 'it names a parent image'],
  ])('%s above another image is unsafe', (name, base, danger) => {
    const below = join(folder, `below-${name}`);
    const file = join(folder, `above-${name}`);
    createImage(below, { name: base }, 2);
    createImage(file, { name }, 2, ['-b', below, '-F', base]);
    expect(inspectedInEveryWay(readFileSync(file))).toMatchObject({ format: name, danger });
  });

  test('qcow2 with a data file is unsafe', () => {
    const file = join(folder, 'with-data-file');
    createImage(file, { name: 'qcow2', options: `data_file=${join(folder, 'data-file')}` }, 2);
    expect(inspectedInEveryWay(readFileSync(file))).toMatchObject({
      format: 'qcow2',
      danger: 'it names an external data file',
    });
  });
});

function expectFormat(file: string, { format, danger, ...qemu }: (typeof FORMATS)[string]): void {
  // The tables of a VHDX lie in the first 320 KiB.
  const inspection = inspectedInEveryWay(readFileSync(file), format === 'vhdx' ? 330 * 1024 : undefined);
  expect(inspection.format).toBe(format);
  expect(inspection.danger).toBe(danger);
  if (!danger) expect(inspection.virtualSize).toBe(qemuInfo(file, qemu)['virtual-size']);
}

/** Writes a disk of 2 MiB with one partition and a few bytes of content. */
function writeDisk(file: string): void {
  const handle = openSync(file, 'w');
  ftruncateSync(handle, 2 * MEGABYTE);
  const partition = Buffer.from('80000000830000000008000000080000', 'hex');
  writeSync(handle, partition, 0, 16, 446);
  writeSync(handle, Buffer.from([0x55, 0xaa]), 0, 2, 510);
  writeSync(handle, 'content', MEGABYTE);
  closeSync(handle);
}
