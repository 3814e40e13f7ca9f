import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasProgram, run } from '../support/image-programs.js';
import { inspectedInEveryWay } from '../support/inspected.js';
import { folderOfTests } from '../support/temporary-folder.js';

const MEGABYTE = 1024 * 1024;
const folder = folderOfTests();
const files = join(folder, 'files');
mkdirSync(files);
writeFileSync(join(files, 'disk.ovf'), '<Envelope/>');

/** Returns what a file of the folder is. */
function inspectedFile(name: string) {
  return inspectedInEveryWay(readFileSync(join(folder, name)));
}

/** Makes an empty disk in the folder, and returns its path. */
function emptyDisk(name: string): string {
  const path = join(folder, name);
  const handle = openSync(path, 'w');
  ftruncateSync(handle, 2 * MEGABYTE);
  closeSync(handle);
  return path;
}

describe('the inspector tells archives and compressed data', () => {
  describe.each([
    ['gzip', 'gzip', ['-c']],
    ['bzip2', 'bzip2', ['-c']],
    ['xz', 'xz-utils', ['-c']],
    ['zstd', 'zstd', ['-q', '-c']],
  ])('%s', (name, debianPackage, args) => {
    test.skipIf(!hasProgram(name, debianPackage))('of some data, and of none', () => {
      for (const content of ['content', ''])
        expect(inspectedInEveryWay(run(name, args, content))).toEqual({ format: name });
    });
  });

  test.skipIf(!hasProgram('zip', 'zip'))('zip', () => {
    run('zip', ['-q', '-r', join(folder, 'zip'), files]);
    expect(inspectedFile('zip.zip')).toEqual({ format: 'zip' });
  });

  test.each(['v7', 'ustar', 'pax', 'gnu'])('tar, as %s', (format) => {
    const archive = run('tar', ['-c', `--format=${format}`, '-C', folder, 'files']);
    expect(inspectedInEveryWay(archive)).toEqual({ format: 'tar' });
  });
});

describe('the inspector tells discs', () => {
  describe.skipIf(!hasProgram('genisoimage', 'genisoimage'))('that genisoimage writes', () => {
    test.each<[string, string[], string]>([
      ['ISO 9660', [], 'iso'],
      ['ISO 9660 with the names of Unix and of Windows', ['-R', '-J'], 'iso'],
      ['ISO 9660 and UDF', ['-udf'], 'iso'],
    ])('%s', (_title, options, format) => {
      run('genisoimage', ['-quiet', ...options, '-o', join(folder, 'disc'), files]);
      expect(inspectedFile('disc')).toEqual({ format });
    });
  });

  describe.skipIf(!hasProgram('xorriso', 'xorriso'))('that xorriso writes', () => {
    test.each<[string, string[]]>([
      ['ISO 9660', []],
      ['a disc that also has an MBR', ['-partition_offset', '16']],
      [
        'a disc that also has a GPT',
        ['-appended_part_as_gpt', '-append_partition', '2', '0xef', join(files, 'disk.ovf')],
      ],
    ])('%s', (_title, options) => {
      run('xorriso', ['-as', 'mkisofs', ...options, '-o', join(folder, 'hybrid'), files]);
      expect(inspectedFile('hybrid')).toEqual({ format: 'iso' });
    });
  });

  test.skipIf(!hasProgram('mkudffs', 'udftools')).each(['512', '2048', '4096'])(
    'UDF with blocks of %s bytes',
    (size) => {
      run('mkudffs', ['-b', size, emptyDisk('udf')]);
      expect(inspectedFile('udf')).toEqual({ format: 'udf' });
    },
  );
});

describe('the inspector tells disks with partitions', () => {
  test.skipIf(!hasProgram('sfdisk', 'fdisk')).each([
    ['gpt', 'gpt'],
    ['dos', 'mbr'],
  ])('with a table of type %s', (label, format) => {
    run('sfdisk', ['-q', emptyDisk(label)], `label: ${label}\nstart=64, size=100\n`);
    expect(inspectedFile(label)).toEqual({ format, virtualSize: 2 * MEGABYTE });
  });
});

/** Debian's packages ipxe, grub-rescue-pc and grub-pc-bin. */
describe('the inspector sees no danger in what Debian ships', () => {
  const cases = [
    ['/usr/lib/ipxe/ipxe.iso', 'iso'],
    ['/boot/ipxe.lkrn', 'raw'],
    ['/boot/ipxe.efi', 'raw'],
    ['/usr/lib/ipxe/undionly.kpxe', 'raw'],
    ['/usr/lib/grub-rescue/grub-rescue-cdrom.iso', 'iso'],
    ['/usr/lib/grub-rescue/grub-rescue-floppy.img', 'iso'],
    ['/usr/lib/grub/i386-pc/boot.img', 'raw'],
    ['/usr/lib/grub/i386-pc/boot_hybrid.img', 'raw'],
  ] as const;

  test.each(cases.filter(([file]) => existsSync(file) || process.env.REQUIRE_ALL))('%s', (file, format) => {
    const inspection = inspectedInEveryWay(readFileSync(file), 1024);
    expect(inspection.format).toBe(format);
    expect(inspection.danger).toBeUndefined();
  });
});
