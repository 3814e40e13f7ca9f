import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { guessFormat, HEAD, TAIL } from '../../src/console/page/upload/files/format-guess.js';
import { formatProblem } from '../../src/image/inspector/format-check.js';
import { formatInspector } from '../../src/image/inspector/format-inspector.js';
import {
  be64,
  fixedVhd,
  iso,
  mbr,
  patched,
  qcow1,
  qcow2,
  qed,
  type Fields,
} from '../support/hand-made-images.js';
import { hasProgram, run } from '../support/image-programs.js';
import { createImage, hasQemuImg } from '../support/qemu-img.js';
import { folderOfTests } from '../support/temporary-folder.js';

const MEGABYTE = 1024 * 1024;
const folder = folderOfTests();
const pathOf = (name: string) => join(folder, name);

function guessed(data: Buffer, name = 'file') {
  return guessFormat(name, data.subarray(0, HEAD), data.subarray(-TAIL));
}

/** Returns what the gateway says of data with these formats, whatever the dangers of the data are. */
function problemOf(data: Buffer, formats: { diskFormat: string; containerFormat: string }) {
  const inspector = formatInspector();
  inspector.see(data);
  return formatProblem({ ...inspector.end(), danger: undefined }, formats, []);
}

describe.skipIf(!hasQemuImg)('the console knows by its content, as the gateway does,', () => {
  const base = pathOf('base');
  beforeAll(() => createImage(base, { name: 'raw' }, 1));

  test.each<[string, qemu: string, options: string, format: string, warning?: string, more?: string[]]>([
    ['qcow2, version 2', 'qcow2', 'compat=0.10', 'qcow2'],
    ['qcow2, version 3', 'qcow2', 'compat=1.1', 'qcow2'],
    ['qcow2, version 2, with a backing file', 'qcow2', 'compat=0.10', 'qcow2', 'backingFile', ['-b', base]],
    ['qcow2, version 3, with a backing file', 'qcow2', 'compat=1.1', 'qcow2', 'backingFile', ['-b', base]],
    ['qcow2 with a data file', 'qcow2', `data_file=${pathOf('data')}`, 'qcow2', 'dataFile'],
    ['qcow2 with lazy reference counts', 'qcow2', 'lazy_refcounts=on', 'qcow2'],
    ['qcow, version 1', 'qcow', '', 'qcow'],
    ['qcow, version 1, with a backing file', 'qcow', '', 'qcow', 'backingFile', ['-b', base]],
    ['qed', 'qed', '', 'qed'],
    ['vmdk, monolithicSparse', 'vmdk', 'subformat=monolithicSparse', 'vmdk'],
    ['vmdk, streamOptimized', 'vmdk', 'subformat=streamOptimized', 'vmdk'],
    [
      'the descriptor of a vmdk, whose data lies elsewhere',
      'vmdk',
      'subformat=monolithicFlat',
      'vmdk',
      'dataFile',
    ],
    ['vhdx', 'vhdx', '', 'vhdx'],
    ['vdi', 'vdi', '', 'vdi'],
    ['vhd, dynamic', 'vpc', 'subformat=dynamic', 'vhd'],
    ['vhd, fixed', 'vpc', 'subformat=fixed', 'vhd'],
    ['the disks of Parallels', 'parallels', '', 'ploop'],
  ])('%s', (title, qemu, options, diskFormat, warning, more = []) => {
    const path = pathOf(title.replaceAll(/\W/g, '-'));
    createImage(path, { name: qemu, options }, 1, more.length > 0 ? [...more, '-F', 'raw'] : []);
    const data = readFileSync(path);
    const guess = guessed(data);
    expect(guess).toEqual({
      diskFormat,
      containerFormat: 'bare',
      basis: 'content',
      ...(warning ? { warning } : {}),
    });
    expect(problemOf(data, guess)).toBeUndefined();
  });

  test('nothing of an empty raw disk, which is a guess', () => {
    const guess = guessed(readFileSync(base));
    expect(guess).toEqual({ diskFormat: 'raw', containerFormat: 'bare', basis: 'guess' });
    expect(problemOf(readFileSync(base), guess)).toBeUndefined();
  });

  test('the disk in an OVA, in each form of tar', () => {
    writeFileSync(pathOf('disk.ovf'), '<Envelope/>');
    createImage(pathOf('disk.vmdk'), { name: 'vmdk', options: 'subformat=streamOptimized' }, 1);
    for (const form of ['ustar', 'gnu', 'pax']) {
      const data = run('tar', ['-c', `--format=${form}`, '-C', folder, 'disk.ovf', 'disk.vmdk']);
      const guess = guessed(data, 'server.ova');
      expect(guess).toEqual({ diskFormat: 'vmdk', containerFormat: 'ova', basis: 'content' });
      expect(problemOf(data, guess)).toBeUndefined();
    }
  });
});

describe('the console knows a disc', () => {
  beforeAll(() => writeFileSync(pathOf('content'), 'content'));

  test.skipIf(!hasProgram('genisoimage', 'genisoimage'))('of ISO 9660', () => {
    run('genisoimage', ['-quiet', '-o', pathOf('disc'), pathOf('content')]);
    const data = readFileSync(pathOf('disc'));
    expect(guessed(data)).toEqual({ diskFormat: 'iso', containerFormat: 'bare', basis: 'content' });
  });

  test.skipIf(!hasProgram('xorriso', 'xorriso'))('that is bootable as a disk too', () => {
    const args = ['-as', 'mkisofs', '-partition_offset', '16', '-o', pathOf('hybrid'), pathOf('content')];
    run('xorriso', args);
    const data = readFileSync(pathOf('hybrid'));
    expect(data.subarray(510, 512).toString('hex')).toBe('55aa');
    expect(guessed(data)).toMatchObject({ diskFormat: 'iso', basis: 'content' });
  });

  test.skipIf(!hasProgram('mkudffs', 'udftools')).each(['1.02', '2.01'])('of UDF %s alone', (version) => {
    writeFileSync(pathOf('udf'), Buffer.alloc(2 * MEGABYTE));
    run('mkudffs', ['-b', '2048', '-r', version, pathOf('udf')]);
    const data = readFileSync(pathOf('udf'));
    const guess = guessed(data);
    expect(guess).toMatchObject({ diskFormat: 'iso', basis: 'content' });
    expect(problemOf(data, guess)).toBeUndefined();
  });
});

describe('the console knows a raw disk', () => {
  const RAW = { diskFormat: 'raw', containerFormat: 'bare', basis: 'content' };

  test.skipIf(!hasProgram('sfdisk', 'fdisk')).each(['gpt', 'dos'])('with partitions of type %s', (label) => {
    writeFileSync(pathOf(label), Buffer.alloc(2 * MEGABYTE));
    run('sfdisk', ['-q', pathOf(label)], `label: ${label}\nstart=64, size=100\n`);
    expect(guessed(readFileSync(pathOf(label)))).toEqual(RAW);
  });

  test.each([512, 4096])('with a GPT in sectors of %i bytes whose MBR was cleared', (sector) => {
    expect(guessed(patched(Buffer.alloc(MEGABYTE), { [sector]: 'EFI PART' }))).toEqual(RAW);
  });

  test('that is encrypted', () => {
    expect(guessed(patched(Buffer.alloc(MEGABYTE), { 0: 'LUKS\xba\xbe' }))).toEqual(RAW);
  });

  test('from a fixed VHD with partitions', () => {
    expect(guessed(fixedVhd(mbr()))).toEqual({ ...RAW, diskFormat: 'vhd' });
  });
});

describe('the console names compressed data', () => {
  describe.each([
    ['gzip', 'gzip', 'gz'],
    ['bzip2', 'bzip2', 'bz2'],
    ['xz', 'xz-utils', 'xz'],
    ['zstd', 'zstd', 'zst'],
  ])('of %s', (program, debianPackage, suffix) => {
    const bare = { containerFormat: 'bare', compression: program };
    const packed = (content = 'content') => run(program, ['-c'], content);

    test.skipIf(!hasProgram(program, debianPackage)).each<[string, object]>([
      [`debian.qcow2.${suffix}`, { diskFormat: 'qcow2', basis: 'name' }],
      [`debian.img.${suffix}`, { diskFormat: 'raw', basis: 'guess' }],
      [`debian.${suffix.toUpperCase()}`, { diskFormat: 'raw', basis: 'guess' }],
      ['debian.iso', { diskFormat: 'iso', basis: 'name' }],
      ['debian', { diskFormat: 'raw', basis: 'guess' }],
    ])('as %s', (name, formats) => {
      expect(guessed(packed(), name)).toEqual({ ...bare, ...formats });
      expect(guessed(packed(''), name)).toEqual({ ...bare, ...formats });
    });

    test.skipIf(!hasProgram(program, debianPackage))('with a name that says another compression', () => {
      const [other, says] = suffix === 'xz' ? ['gz', 'gzip'] : ['xz', 'xz'];
      expect(guessed(packed(), `debian.raw.${other}`)).toMatchObject({ ...bare, nameSays: says });
    });
  });

  test('where the name alone says so as data of the format below it', () => {
    const guess = guessed(Buffer.from('text'), 'debian.qcow2.xz');
    expect(guess).toEqual({ diskFormat: 'qcow2', containerFormat: 'bare', basis: 'name' });
  });
});

describe('the name of a file', () => {
  const unknown = Buffer.from('content');

  test.each([
    ['a.qcow2', 'qcow2', 'bare'],
    ['a.vmdk', 'vmdk', 'bare'],
    ['a.vhd', 'vhd', 'bare'],
    ['a.vpc', 'vhd', 'bare'],
    ['a.vhdx', 'vhdx', 'bare'],
    ['a.VDI', 'vdi', 'bare'],
    ['a.iso', 'iso', 'bare'],
    ['a.ova', 'vmdk', 'ova'],
    ['a.raw', 'raw', 'bare'],
    ['/images/v1.0/a.b.raw', 'raw', 'bare'],
    ['C:\\images\\a.vhd', 'vhd', 'bare'],
  ])('%s tells the format where the content does not', (name, diskFormat, containerFormat) => {
    expect(guessed(unknown, name)).toEqual({ diskFormat, containerFormat, basis: 'name' });
  });

  test.each(['a.img', 'a', '', 'vmdk', '.vmdk', 'a.vmdk.txt', 'a.iso/a', 'a.constructor', 'a.ami', 'a.tar'])(
    '"%s" tells no format',
    (name) => {
      expect(guessed(unknown, name)).toEqual({ diskFormat: 'raw', containerFormat: 'bare', basis: 'guess' });
    },
  );

  test.each<[string, Buffer, name: string, diskFormat: string, nameSays?: string]>([
    ['qcow2 as raw', qcow2(), 'a.raw', 'qcow2', 'raw'],
    ['qcow2 as a VHD of QEMU', qcow2(), 'a.vpc', 'qcow2', 'vhd'],
    ['qcow2 as packed qcow2', qcow2(), 'a.qcow2.xz', 'qcow2', 'xz'],
    ['qcow2 as itself', qcow2(), 'a.qcow2', 'qcow2'],
    ['qcow2 as any image', qcow2(), 'a.img', 'qcow2'],
    ['the old qcow as qcow2', qcow1(), 'a.qcow2', 'qcow', 'qcow2'],
    ['a raw disk as a VHD that lost its end', mbr(), 'a.vhd', 'raw', 'vhd'],
    ['a disc as an OVA', iso(), 'a.ova', 'iso', 'ova'],
    ['qed', qed(), 'a.iso', 'qed', 'iso'],
  ])('does not count beside the content: %s', (_, data, name, diskFormat, nameSays) => {
    const guess = guessed(data, name);
    expect(guess).toMatchObject({ diskFormat, containerFormat: 'bare', basis: 'content' });
    expect(guess.nameSays).toBe(nameSays);
  });
});

describe('a header', () => {
  test.each<[string, Fields, string]>([
    ['a part of a vmdk for ESX', { 0: 'COWD' }, 'vmdk'],
    ['a dynamic VHD that lost its end', { 0: 'conectix' }, 'vhd'],
    ['an old disk of Parallels', { 0: 'WithoutFreeSpace' }, 'ploop'],
  ])('tells %s', (_, fields, diskFormat) => {
    expect(guessed(patched(Buffer.alloc(MEGABYTE), fields))).toEqual({
      diskFormat,
      containerFormat: 'bare',
      basis: 'content',
    });
  });

  test.each([1n, 1n << 63n])('of qcow2 with a backing file at %i warns', (offset) => {
    expect(guessed(qcow2({ 8: be64(offset) }))).toMatchObject({ warning: 'backingFile' });
  });

  test('of qcow2 with the length of a name, and no place for it, warns of nothing', () => {
    expect(guessed(qcow2({ 16: Buffer.alloc(4, 1) }))).not.toHaveProperty('warning');
  });

  test('of qcow2, version 2, has no features that warn', () => {
    const version2 = qcow2({ 4: Buffer.from([0, 0, 0, 2]), 72: be64(4) });
    expect(guessed(version2)).not.toHaveProperty('warning');
  });

  test('of qcow2 with other incompatible features warns of nothing', () => {
    expect(guessed(qcow2({ 72: be64(0b11011) }))).not.toHaveProperty('warning');
  });

  test('that is cut short anywhere gives a guess all the same', () => {
    const names = fc.constantFrom('a', 'a.qcow2', 'a.ova.gz');
    const files = fc.constantFrom(qcow2({ 8: be64(1), 72: be64(4) }), iso(), fixedVhd(mbr()), mbr());
    fc.assert(
      fc.property(names, files, fc.double({ min: 0, max: 1, noNaN: true }), (name, file, part) => {
        const { diskFormat, basis } = guessed(file.subarray(0, file.length * part), name);
        expect(diskFormat).toMatch(/^(qcow2|iso|vhd|raw|vmdk)$/);
        expect(basis).toMatch(/^(content|name|guess)$/);
      }),
    );
  });
});
