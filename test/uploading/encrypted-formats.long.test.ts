import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectedInEveryWay } from '../support/inspected.js';
import { createImage, hasQemuImg } from '../support/qemu-img.js';
import { folderOfTests } from '../support/temporary-folder.js';

/** QEMU measures for seconds how fast it can derive a key. */
describe.skipIf(!hasQemuImg)('the inspector tells what QEMU encrypts with LUKS', () => {
  const file = join(folderOfTests(), 'disk');

  test('an encrypted disk, whose header tells no size', () => {
    createImage(
      file,
      { name: 'luks', options: 'key-secret=key,iter-time=10,hash-alg=sha512', isEncrypted: true },
      1,
    );
    expect(inspectedInEveryWay(readFileSync(file))).toEqual({ format: 'luks' });
  });

  test('an encrypted qcow2', () => {
    const options = 'encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10,encrypt.hash-alg=sha512';
    createImage(file, { name: 'qcow2', options, isEncrypted: true }, 2);
    expect(inspectedInEveryWay(readFileSync(file))).toEqual({
      format: 'qcow2',
      virtualSize: 2 * 1024 * 1024,
    });
  });
});
