import { describe, expect, test } from 'vitest';
import { inspectedInEveryWay } from '../support/inspected.js';
import {
  DESCRIPTOR,
  KIB,
  LARGEST,
  le16,
  le32,
  le64,
  parentLocator,
  patched,
  secondParameters,
  streamOptimizedVmdk,
  vhdx,
  vhdxHeader,
  vmdk,
  type Fields,
} from '../support/hand-made-images.js';

const MIB = 1024 * KIB;
const MALFORMED = 'its header is damaged or cut short';
const SEVERAL_FILES = 'it is a part of a disk of several files';

describe('a vmdk that names other files is unsafe', () => {
  const changed = (from: string, to: string) => vmdk(DESCRIPTOR.replace(from, to));
  const SHORT = { 36: le64(1) };
  const HINT = 'parentFileNameHint="/etc/passwd"';

  test.each<[string, Buffer, string]>([
    ['a descriptor alone', Buffer.from(DESCRIPTOR), 'it is a descriptor, which names other files'],
    [
      'a descriptor behind comments, as QEMU takes it',
      Buffer.from(`# a\n \n#b\nversion=1\n${DESCRIPTOR}`),
      'it is a descriptor, which names other files',
    ],
    ['a part for ESX', patched(Buffer.alloc(4 * KIB), { 0: 'COWD' }), SEVERAL_FILES],
    ['a part', vmdk(DESCRIPTOR, { 28: le64(0), 36: le64(0) }), SEVERAL_FILES],
    ['no sectors', vmdk(DESCRIPTOR, { 12: le64(0) }), 'it has no data of its own'],
    ['a descriptor of 20 MB', vmdk(DESCRIPTOR, { 36: le64(40_000) }), 'its descriptor is too long'],
    ['a descriptor of any length', vmdk(DESCRIPTOR, { 36: le64(LARGEST) }), 'its descriptor is too long'],
    [
      'a descriptor elsewhere',
      vmdk(DESCRIPTOR, { 28: le64(64) }),
      'its descriptor is not in the usual place',
    ],
    ['no descriptor', vmdk(''), 'its descriptor tells no createType'],
    ['a descriptor that ends too early', vmdk().subarray(0, 4 * KIB), MALFORMED],
    ['a path', changed('"disk', '"/etc/passwd'), 'its extent names a path'],
    ['a path on Windows', changed('"disk', '"c:\\disk'), 'its extent names a path'],
    ['a path after a zero byte', vmdk(`${DESCRIPTOR}\0\nRW 1 SPARSE "/etc/passwd"`), SEVERAL_FILES],
    ['two extents', vmdk(`${DESCRIPTOR}\nRW 2048 SPARSE "b.vmdk"`), SEVERAL_FILES],
    ['a flat extent', changed('SPARSE', 'FLAT'), 'its extent is not sparse'],
    ['a parent', vmdk(`${DESCRIPTOR}\n${HINT}`), 'it names a parent image'],
    ['a parent by its number', changed('=ffffffff', '=fffffffe'), 'it names a parent image'],
    [
      'a parent behind the end that the header tells, where QEMU finds it',
      vmdk(`${DESCRIPTOR}\n${'#'.repeat(512)}\n${HINT}`, SHORT),
      'it names a parent image',
    ],
    [
      'a track of changes',
      vmdk(`${DESCRIPTOR}\nchangeTrackPath="/etc/passwd"`),
      'it names the path of another file',
    ],
    [
      'another type',
      changed('monolithicSparse', 'monolithicFlat'),
      'its createType is neither monolithicSparse nor streamOptimized',
    ],
    [
      'two types',
      vmdk(`${DESCRIPTOR}\ncreateType="custom"`),
      'its createType is neither monolithicSparse nor streamOptimized',
    ],
    ['a footer of another size', streamOptimizedVmdk({ 12: le64(4096) }), MALFORMED],
    ['a footer with another descriptor', streamOptimizedVmdk({ 28: le64(8) }), MALFORMED],
    ['a footer that points at a footer', streamOptimizedVmdk({ 56: le64(LARGEST) }), MALFORMED],
    ['no footer', streamOptimizedVmdk().subarray(0, 64 * KIB), MALFORMED],
  ])('%s', (_title, data, danger) => {
    expect(inspectedInEveryWay(data)).toMatchObject({ format: 'vmdk', danger });
  });
});

describe('a vhdx with a parent, a log, or tables that lead astray is unsafe', () => {
  const both = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([at, value]) => [
        [Number(at) + 192 * KIB, value],
        [Number(at) + 256 * KIB, value],
      ]),
    );
  const LOG = { 48: 'a log' };

  test.each<[string, Fields, string]>([
    ['a parent', { [MIB + 65_540]: le32(2) }, 'it names a parent image'],
    ['the place of a parent', parentLocator(), 'it names a parent image'],
    ['a log', { 131072: vhdxHeader(2, LOG) }, 'its log must be replayed first'],
    [
      'a log in the header with the larger of two very large numbers',
      { 65536: vhdxHeader(2n ** 62n), 131072: vhdxHeader(2n ** 62n + 1n, LOG) },
      'its log must be replayed first',
    ],
    [
      'a log, and a newer header of another version',
      { 65536: vhdxHeader(1, LOG), 131072: vhdxHeader(2, { 66: le16(2) }) },
      'its log must be replayed first',
    ],
    ['two headers with one number', { 65536: vhdxHeader(2, LOG) }, MALFORMED],
    ['no header with a right sum', { 65544: 'x', 131080: 'x' }, MALFORMED],
    ['a table of regions that differs from its copy', { [256 * KIB + 100]: 'x' }, MALFORMED],
    ['metadata in the table of regions', both({ 32: le64(192 * KIB) }), MALFORMED],
    ['metadata in the copy of that table', both({ 32: le64(256 * KIB) }), MALFORMED],
    ['metadata in a header', both({ 32: le64(64 * KIB) }), MALFORMED],
    ['metadata at the beginning', both({ 32: le64(0) }), MALFORMED],
    ['metadata beyond the end', both({ 32: le64(2 ** 40) }), MALFORMED],
    ['metadata at the largest number', both({ 32: le64(LARGEST) }), MALFORMED],
    ['no metadata', both({ 8: le32(0) }), MALFORMED],
    ['an item in the table of metadata', { [MIB + 48]: le32(0) }, MALFORMED],
    ['an item far away', { [MIB + 48]: le32(2 ** 31) }, MALFORMED],
    ['parameters twice', secondParameters(), MALFORMED],
  ])('%s', (_title, fields, danger) => {
    expect(inspectedInEveryWay(vhdx(fields), 0)).toMatchObject({ format: 'vhdx', danger });
  });

  test('an old header may have a log', () => {
    expect(inspectedInEveryWay(vhdx({ 65536: vhdxHeader(1, LOG) }), 0).danger).toBeUndefined();
  });

  test('a table of regions with more entries than fit', () => {
    expect(inspectedInEveryWay(vhdx(both({ 8: le32(2 ** 32 - 1) })), 0).danger).toBeUndefined();
  });
});
