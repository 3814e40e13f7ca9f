import { describe, expect, test } from 'vitest';
import { inspected, inspectedInEveryWay } from '../support/inspected.js';
import {
  be32,
  be64,
  DESCRIPTOR,
  DIFFERENCING,
  DYNAMIC,
  dynamicVhd,
  FIXED,
  fixedVhd,
  iso,
  KIB,
  LARGEST,
  le32,
  le64,
  mbr,
  patched,
  ploop,
  qcow1,
  qcow2,
  qed,
  streamOptimizedVmdk,
  vdi,
  vhdFooter,
  vhdx,
  vmdk,
} from '../support/hand-made-images.js';

const MIB = 1024 * KIB;
const MALFORMED = 'its header is damaged or cut short';
const BEYOND = 'its header points beyond the end of the data';
const IMPOSSIBLE = 'its header tells an impossible size';

describe('harmless data has no danger', () => {
  test.each([
    ['qcow2', qcow2()],
    ['qcow', qcow1()],
    ['qed', qed()],
    ['vdi', vdi()],
    ['ploop', ploop()],
    ['vmdk', vmdk()],
    ['vmdk', streamOptimizedVmdk()],
    ['vhd', fixedVhd()],
    ['vhd', fixedVhd(mbr())],
    ['vhd', dynamicVhd()],
    ['vhdx', vhdx()],
  ])('%s', (format, data) => {
    expect(inspectedInEveryWay(data)).toEqual({ format, virtualSize: MIB });
  });

  test('an ISO that also starts from a disk', () => {
    expect(inspectedInEveryWay(iso({ 0: mbr() }))).toEqual({ format: 'iso' });
  });

  test('a qcow2 with small clusters, which holds the partitions of its disk near its beginning', () => {
    expect(inspectedInEveryWay(qcow2({ 4096: 'EFI PART' }))).toEqual({ format: 'qcow2', virtualSize: MIB });
  });

  test('no data', () => {
    expect(inspectedInEveryWay(Buffer.alloc(0))).toEqual({ format: null });
  });

  test.each([1, 7, 511, 512, 65_535, 65_536, 65_537])('%i zero bytes', (size) => {
    expect(inspectedInEveryWay(Buffer.alloc(size))).toEqual({ format: 'raw', virtualSize: size });
  });
});

describe('a header that is cut short is unsafe', () => {
  const headers = {
    ...{ qcow2: qcow2(), qcow: qcow1(), qed: qed(), vdi: vdi(), ploop: ploop(), vmdk: vmdk(), vhdx: vhdx() },
    vhd: vhdFooter(DYNAMIC),
    luks: patched(Buffer.alloc(592), { 0: 'LUKS\xba\xbe\0\x01' }),
  };
  const ends = { ...{ qcow2: 104, qcow: 48, qed: 64, vdi: 456, ploop: 64, vmdk: 512, vhd: 512 }, luks: 592 };

  test.each(Object.entries(ends))('%s, at any byte before %i', (format, end) => {
    const data = headers[format as keyof typeof headers];
    const magicEnds = format === 'vdi' ? 68 : format === 'ploop' ? 16 : 8;
    for (let length = magicEnds; length < end; length += 1)
      expect(inspected(data.subarray(0, length)), `${length} bytes`).toMatchObject({
        format,
        danger: MALFORMED,
      });
  });

  test.each([8, 64 * KIB, 128 * KIB, 200 * KIB, 300 * KIB, MIB, MIB + 100, MIB + 64 * KIB, 2 * MIB - 1])(
    'vhdx, of %i bytes',
    (length) => {
      expect(inspectedInEveryWay(vhdx().subarray(0, length), 0)).toMatchObject({
        format: 'vhdx',
        danger: length < MIB + 66 * KIB ? MALFORMED : BEYOND,
      });
    },
  );
});

describe('a size that cannot be is unsafe', () => {
  test.each([
    ['qcow2', qcow2({ 24: be64(LARGEST) })],
    ['qed', qed({ 48: le64(LARGEST) })],
    ['vdi', vdi({ 368: le64(LARGEST) })],
    ['ploop', ploop({ 36: le64(LARGEST) })],
    ['vmdk', vmdk(DESCRIPTOR, { 12: le64(LARGEST) })],
    ['vhd', dynamicVhd(vhdFooter(DYNAMIC, { 48: be64(LARGEST) }), vhdFooter(DYNAMIC, { 48: be64(LARGEST) }))],
    ['vhdx', vhdx({ [MIB + 65_544]: le64(LARGEST) })],
  ])('%s', (format, data) => {
    expect(inspectedInEveryWay(data)).toEqual({ format, danger: IMPOSSIBLE });
  });
});

describe('a table beyond the end of the data is unsafe', () => {
  test.each([
    ['qcow2, its first table', qcow2({ 40: be64(256 * KIB) })],
    ['qcow2, its first table, of 32 GiB', qcow2({ 36: be32(2 ** 32 - 1) })],
    ['qcow2, its first table, at the largest number', qcow2({ 40: be64(LARGEST) })],
    ['qcow2, its reference counts', qcow2({ 48: be64(2 ** 40) })],
    ['qcow, its first table', qcow1({ 40: be64(4 * KIB) })],
    ['qcow, of an impossible size', qcow1({ 24: be64(LARGEST) })],
    ['qed', qed({ 40: le64(128 * KIB) })],
    ['vdi', vdi({ 384: le32(2 ** 32 - 1) })],
    ['ploop', ploop({ 32: le32(2 ** 32 - 1) })],
    ['vhdx, its metadata', vhdx({ [192 * KIB + 40]: le32(2 * MIB), [256 * KIB + 40]: le32(2 * MIB) })],
    ['a fixed vhd, its content', Buffer.concat([Buffer.alloc(4 * KIB), vhdFooter(FIXED)])],
  ])('%s', (_title, data) => {
    expect(inspectedInEveryWay(data).danger).toBe(BEYOND);
  });
});

describe('what reads other files is unsafe', () => {
  test.each<[string, Buffer, string]>([
    [
      'qcow2 with a backing file',
      qcow2({ 8: be64(112), 16: be32(4), 112: 'file' }),
      'it names a backing file',
    ],
    ['version 2 with a backing file', qcow2({ 4: be32(2), 8: be64(112) }), 'it names a backing file'],
    ['qcow with a backing file', qcow1({ 8: be64(112) }), 'it names a backing file'],
    ['qed with a backing file', qed({ 16: le64(1) }), 'it names a backing file'],
    ['qcow2 with a data file', qcow2({ 72: be64(4) }), 'it names an external data file'],
    ['qcow2 with unknown features', qcow2({ 72: be64(32) }), 'it needs unknown features'],
    ['qcow2 with the last feature', qcow2({ 72: be64(2n ** 63n) }), 'it needs unknown features'],
    ['qcow2 of version 4', qcow2({ 4: be32(4) }), 'it has an unknown version'],
    ['qed with unknown features', qed({ 16: le64(8) }), 'it needs unknown features'],
    ['qcow2 with clusters of 2^31 bytes', qcow2({ 20: be32(31), 56: be32(0) }), MALFORMED],
    ['a differencing vdi', vdi({ 76: le32(4) }), 'it is the difference to another image'],
    ['vdi with a parent', vdi({ 440: 'id' }), 'it names a parent image'],
    ['vdi of version 0', vdi({ 68: le32(2) }), 'it has an unknown version'],
    [
      'a differencing vhd',
      dynamicVhd(vhdFooter(DIFFERENCING), vhdFooter(DIFFERENCING)),
      'it is the difference to another image',
    ],
  ])('%s', (_title, data, danger) => {
    expect(inspectedInEveryWay(data).danger).toBe(danger);
  });
});

describe('a vhd that programs read differently is unsafe', () => {
  test.each([
    [
      'a footer that is no copy of the first',
      dynamicVhd(vhdFooter(DYNAMIC), vhdFooter(DYNAMIC, { 48: be64(1) })),
    ],
    ['a differencing footer', dynamicVhd(vhdFooter(DYNAMIC), vhdFooter(DIFFERENCING))],
    ['a wrong sum at the beginning', dynamicVhd(patched(vhdFooter(DYNAMIC), { 100: 'x' }))],
    ['a wrong sum at the end', fixedVhd(undefined, {}).fill('x', MIB + 100, MIB + 101)],
    ['a dynamic disk without the copy', Buffer.concat([Buffer.alloc(4 * KIB), vhdFooter(DYNAMIC)])],
    ['a fixed disk with a copy', dynamicVhd(vhdFooter(FIXED))],
  ])('%s', (_title, data) => {
    expect(inspectedInEveryWay(data)).toMatchObject({ format: 'vhd', danger: MALFORMED });
  });
});

describe('two formats at once are unsafe', () => {
  const footer = vhdFooter(FIXED);
  const volume = { 32768: '\x01CD001\x01' };

  test.each<[string, string, Buffer]>([
    ['qcow2', 'iso', qcow2(volume)],
    ['qcow2', 'vdi', qcow2({ 64: le32(0xbeda107f) })],
    ['qcow2', 'mbr', qcow2({ 446: mbr().subarray(446) })],
    ['qcow2', 'vhd', Buffer.concat([qcow2(), fixedVhd()])],
    ['vmdk', 'iso', vmdk(DESCRIPTOR, volume)],
    ['vhdx', 'iso', vhdx(volume)],
    ['gzip', 'iso', iso({ 0: '\x1f\x8b\x08' })],
    ['iso', 'vhd', Buffer.concat([iso(), Buffer.alloc(MIB), footer])],
    ['vdi', 'gpt', vdi({ 510: '\x55\xaaEFI PART' })],
  ])('%s and %s', (format, other, data) => {
    expect(inspectedInEveryWay(data)).toMatchObject({
      format,
      danger: expect.stringContaining(`it is ${other} at the same time`) as string,
    });
  });
});
