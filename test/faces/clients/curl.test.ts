import { readFileSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.js';
import { withPrograms } from '../../support/real-clients.js';

/** Over a mebibyte: curl then asks with `Expect: 100-continue` before it sends. */
const DATA = 'x'.repeat(1_100_000);
const OCTETS = "-H 'Content-Type: application/octet-stream'";
const CIRROS =
  "-H 'x-image-meta-name: cirros' -H 'x-image-meta-disk_format: qcow2' -H 'x-image-meta-container_format: bare' " +
  "-H 'x-image-meta-is_public: true' -H 'x-image-meta-property-distro: Größe'";

withPrograms(
  'the requests of the documentation of version 1, made with curl',
  ['curl', 'script'],
  (terminal) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await terminal.gateway();
      writeFileSync(join(terminal.folder, 'cirros.img'), DATA);
    });
    const curl = async (options: string, path: string) => {
      const { code, output } = await terminal.run(
        `curl -sS --no-styled-output ${options} '${gateway.url}${path}'`,
      );
      expect(code, output).toBe(0);
      return output.replaceAll('\r', '');
    };
    const json = async (options: string, path: string) => JSON.parse(await curl(options, path));

    test('run with a home of their own, without settings and caches of the user', async () => {
      expect((await terminal.run('echo ~')).output.trim()).toBe(terminal.folder);
      expect(homedir()).not.toBe(userInfo().homedir);
    });

    test('an image is added with its data, listed, fetched, and deleted', async () => {
      const added = await curl(`-i -X POST ${OCTETS} ${CIRROS} --data-binary @cirros.img`, '/v1/images');
      expect(added).toMatch(/^HTTP\/1\.1 100 Continue\n[^]*HTTP\/1\.1 201 Created\n/);
      const id = /^Location: \S+\/v1\/images\/(\S+)$/m.exec(added)![1];

      expect((await json('', '/v1/images')).images[0]).toMatchObject({ id, size: DATA.length });
      const filters =
        'name=cirros&container_format=bare&disk_format=qcow2&status=active&size_min=1&property-distro=';
      const { images } = await json('', `/v1/images/detail?${filters}Gr%C3%B6%C3%9Fe`);
      expect(images[0]).toMatchObject({ id, properties: { distro: 'Größe' } });

      expect(await curl('-I', `/v1/images/${id}`)).toMatch(/^X-Image-Meta-Property-Distro: Größe$/m);
      expect(await curl('-o fetched.img', `/v1/images/${id}`)).toBe('');
      expect(readFileSync(join(terminal.folder, 'fetched.img'), 'utf8')).toBe(DATA);

      expect(await curl('-i -X DELETE', `/v1/images/${id}`)).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(await json('', '/v1/images')).toEqual({ images: [] });
    });

    test('an image is reserved, gets its data in chunks from standard input, and other metadata', async () => {
      const { id } = (await json(`-X POST ${CIRROS}`, '/v1/images')).image;
      const chunks = `-X PUT ${OCTETS} -T - < cirros.img`;
      const sent = await terminal.run(`curl -sS '${gateway.url}/v1/images/${id}' ${chunks}`);
      expect(JSON.parse(sent.output).image).toMatchObject({ status: 'active', size: DATA.length });
      const purges =
        "-X PUT -H 'x-glance-registry-purge-props: false' -H 'x-image-meta-property-release: 12'";
      const { image } = await json(`${purges} -H 'x-image-meta-min-ram: 64'`, `/v1/images/${id}`);
      expect(image).toMatchObject({ min_ram: 64, properties: { distro: 'Größe', release: '12' } });
    });

    test('an image is shared with one, with several, and no longer', async () => {
      const { id } = (await json('-X POST', '/v1/images')).image;
      const status = (options: string, path: string) =>
        curl(`-o /dev/null -w '%{http_code}' ${options}`, path);
      const body = (value: object) => `-H 'Content-Type: application/json' -d '${JSON.stringify(value)}'`;
      const members = `/v1/images/${id}/members`;
      expect(await status('-X PUT', `${members}/tenant1`)).toBe('204');
      expect(await status(`-X PUT ${body({ member: { can_share: true } })}`, `${members}/tenant2`)).toBe(
        '204',
      );
      expect(await json('', members)).toEqual({
        members: [
          { member_id: 'tenant1', can_share: false },
          { member_id: 'tenant2', can_share: true },
        ],
      });
      expect(await json('', '/v1/shared-images/tenant2')).toEqual({
        shared_images: [{ image_id: id, can_share: true }],
      });
      expect(await status('-X DELETE', `${members}/tenant2`)).toBe('204');
      const all = { memberships: [{ member_id: 'tenant3', can_share: false }] };
      expect(await status(`-X PUT ${body(all)}`, members)).toBe('204');
      expect(await json('', members)).toEqual({ members: all.memberships });
    });
  },
);
