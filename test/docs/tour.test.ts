import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { run } from '../support/client.js';
import { onEachDatabase } from '../support/gateway.js';
import { gql } from '../support/gql.js';

/** A real bootable image, from Debian's package grub-rescue-pc. */
const IMAGE = '/usr/lib/grub-rescue/grub-rescue-cdrom.iso';
const hasImage = existsSync(IMAGE);
if (!hasImage && process.env.REQUIRE_ALL) throw new Error(`REQUIRE_ALL is set, and ${IMAGE} is not there`);
if (!hasImage) process.stderr.write(`skipped: the tour with a bootable image, since ${IMAGE} is not there\n`);

onEachDatabase('the tour of the README', (start) => {
  test.skipIf(!hasImage)('registers, uploads, finds and downloads a bootable image', async () => {
    const gateway = await start();
    const { stdout } = await promisify(execFile)('bash', ['examples/tour.sh', IMAGE, gateway.url]);
    const { size } = statSync(IMAGE);
    expect(stdout).toContain(`the same ${size} bytes`);
    // The volume descriptor of an ISO 9660 file stands at its 32769th byte.
    expect(stdout.trimEnd().endsWith('CD001')).toBe(true);

    const query = gql(
      '{ images(filter: { name: { eq: "grub-rescue" } }) { edges { node { status size checksum } } } }',
    );
    const { images } = await run(gateway, query);
    const checksum = createHash('md5').update(readFileSync(IMAGE)).digest('hex');
    expect(images.edges).toEqual([{ node: { status: 'active', size, checksum } }]);
  });
});
