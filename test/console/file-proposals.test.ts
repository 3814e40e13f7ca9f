import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proposedName, proposedProperties } from '../../src/console/page/upload/files/proposals.js';
import { textProblem } from '../../src/image/text.js';

describe('the name that the console proposes for a file', () => {
  test.each([
    ['debian-13-generic-amd64.qcow2', 'debian-13-generic-amd64'],
    ['debian-13-generic-amd64.qcow2.xz', 'debian-13-generic-amd64'],
    ['disk.IMG.GZ', 'disk'],
    ['disk.raw.zst', 'disk'],
    ['disk.raw.zstd', 'disk'],
    ['debian.tar.bz2', 'debian'],
    ['alma-9.4', 'alma-9.4'],
    ['ubuntu-24.04.img', 'ubuntu-24.04'],
    ['notes.txt', 'notes.txt'],
    ['folder.iso/disk.vhd', 'disk'],
    ['C:\\images\\disk.vhd', 'disk'],
    ['folder/', 'folder'],
    [' my disk .raw', 'my disk'],
    ['.qcow2', '.qcow2'],
    ['.raw.xz', '.raw'],
    ['disk\u0007\n😀.raw', 'disk'],
    ['😀.raw', 'image'],
    [' .raw', 'image'],
    ['', 'image'],
    ['/', 'image'],
  ])('%j is %j', (file, name) => {
    expect(proposedName(file)).toBe(name);
  });

  test('is cut to what the gateway takes, with no blank at its new end', () => {
    expect(proposedName(`${'ä'.repeat(254)} bc.raw`)).toBe('ä'.repeat(254));
  });

  test('is never one that the gateway refuses', () => {
    const units = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', ' ', '\0', '\ud800', 'raw', 'xz') }),
    );
    fc.assert(
      fc.property(units, (file) => {
        const name = proposedName(file);
        expect(name.trim()).not.toBe('');
        expect(textProblem(name, { characters: 255 })).toBeUndefined();
      }),
    );
  });
});

describe('the properties that the console proposes for a file', () => {
  const proposed = (file: string) =>
    Object.fromEntries(proposedProperties(file).map(({ name, value }) => [name, value]));

  test.each([
    ['debian-13-generic-amd64.qcow2', '13', 'x86_64'],
    ['debian-13-generic-ppc64el.qcow2.xz', '13', 'ppc64le'],
    ['debian-11-genericcloud-arm64-20240104-1616.qcow2', '11', 'aarch64'],
    ['debian-sid-nocloud-amd64-daily-20240104-2015.qcow2', undefined, 'x86_64'],
    ['ubuntu-24.04-minimal-cloudimg-amd64.img', '24.04', 'x86_64'],
    ['noble-server-cloudimg-riscv64.img', undefined, 'riscv64'],
    ['AlmaLinux-9-GenericCloud-9.4-20240507.x86_64.qcow2', '9.4', 'x86_64'],
    ['Rocky-9-GenericCloud-Base-9.4-20240523.0.x86_64.qcow2', '9.4', 'x86_64'],
    ['CentOS-Stream-GenericCloud-9-20240101.0.s390x.qcow2', '9', 's390x'],
    ['CentOS-7-x86_64-GenericCloud-2009.qcow2', '7', 'x86_64'],
    ['Fedora-Cloud-Base-Generic.x86_64-40-1.14.qcow2', '40', 'x86_64'],
    ['Fedora-Cloud-Base-Generic-41-1.4.aarch64.qcow2', '41', 'aarch64'],
    ['FreeBSD-14.1-RELEASE-amd64.qcow2.xz', '14.1', 'x86_64'],
    ['nocloud_alpine-3.20.1-x86_64-bios-cloudinit-r0.qcow2', '3.20.1', 'x86_64'],
    ['cirros-0.6.2-x86_64-disk.img', '0.6.2', 'x86_64'],
    ['amzn2-kvm-2.0.20240620.0-x86_64.xfs.gpt.qcow2', '2.0', 'x86_64'],
    ['kali-linux-2024.2-qemu-amd64.raw', '2024.2', 'x86_64'],
    ['archlinux-2024.07.01-x86_64.iso', undefined, 'x86_64'],
    ['Windows_Server_2022_x64.vhdx', '2022', 'x86_64'],
    ['raspios 12 ARMHF.img', '12', 'armv7l'],
    ['linux-5-x86-64.raw', '5', 'x86_64'],
    ['debian-12-i386.iso', '12', 'i686'],
    ['debian-12-amd64-i386-netinst.iso', '12', undefined],
  ])('%s', (file, version, architecture) => {
    expect(proposed(file)).toEqual({
      ...(architecture ? { architecture } : {}),
      ...(version ? { os_version: version } : {}),
    });
  });

  test.each([
    ['a day', 'backup-20240101.raw'],
    ['a day with dashes', 'backup-2024-01-15.raw'],
    ['a day with a time', 'backup_20240101T1200Z.raw'],
    ['a month', 'backup-2024-01.raw'],
    ['a counter', 'disk-001.vmdk'],
    ['a part of a word', 'debian12-v2-r0.qcow2'],
    ['the start of a longer number', 'build-1.2.20240.raw'],
    ['the end of a longer number', 'build-20240.12.raw'],
    ['an architecture in a word', 'myamd64-i386x.raw'],
    ['a suffix', 'disk.img'],
    ['a folder', 'amd64/13/disk.img'],
  ])('are none for %s', (_, file) => {
    expect(proposed(file)).toEqual({});
  });

  test('are the same with any separators around them', () => {
    const separator = fc.constantFrom('-', '_', ' ', '.');
    const word = fc.constantFrom('linux', 'cloud', 'v', 'Base');
    fc.assert(
      fc.property(
        fc.array(separator, { minLength: 4, maxLength: 4 }),
        word,
        word,
        ([a, b, c, d], one, other) => {
          const file = `${one}${a}24.04${b}${other}${c}aarch64${d}x.img`;
          expect(proposed(file)).toEqual({ architecture: 'aarch64', os_version: '24.04' });
        },
      ),
    );
  });
});
