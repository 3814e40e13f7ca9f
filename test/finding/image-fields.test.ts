import { expect, test } from 'vitest';
import { createActiveImage, createImage, run } from '../support/client.js';
import { onEachDatabase } from '../support/gateway.js';
import { gql, type ResultOf } from '../support/gql.js';

onEachDatabase('an image', (start) => {
  test('is registered without data, as the input says', async () => {
    const gateway = await start();
    const query =
      gql(`mutation { createImage(input: { name: "größe", diskFormat: "qcow2", containerFormat: "bare",
      minDisk: 5, properties: [{ name: "os", value: "linux" }, { name: "arch", value: "x" }] }) {
      id name status diskFormat size minDisk minRam isPublic visibility protected hidden createdAt updatedAt deletedAt
      properties { name value } } }`);
    const { createImage: image } = await run(gateway, query);
    expect(image).toMatchObject({
      name: 'größe',
      status: 'queued',
      diskFormat: 'qcow2',
      size: 0,
      minDisk: 5,
      minRam: 0,
      isPublic: false,
      visibility: 'SHARED',
      protected: false,
      hidden: false,
      deletedAt: null,
      properties: [
        { name: 'arch', value: 'x' },
        { name: 'os', value: 'linux' },
      ],
    });
    expect(image.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('becomes active with its data, and gives it back', async () => {
    const gateway = await start();
    const id = await createActiveImage(gateway, 'hello');
    const { image } = await run(
      gateway,
      gql('query ($id: ID!) { image(id: $id) { status size checksum } }'),
      { id },
    );
    expect(image).toEqual({ status: 'active', size: 5, checksum: '5d41402abc4b2a76b9719d911017c592' });
    const response = await fetch(`${gateway.url}/data/${id}`);
    expect(await response.text()).toBe('hello');
    expect(response.headers.get('etag')).toBe('"5d41402abc4b2a76b9719d911017c592"');
  });

  test('is found page by page', async () => {
    const gateway = await start();
    for (let n = 0; n < 5; n += 1) await createImage(gateway, { name: `paged-${n}` });
    const query = gql(`query ($after: String) {
      images(first: 2, after: $after, filter: { name: { startsWith: "paged-" } }) {
        edges { cursor node { name properties { name } } } pageInfo { hasNextPage endCursor }
      }
    }`);
    let after: string | null = null;
    const names: (string | null)[] = [];
    do {
      const { images }: ResultOf<typeof query> = await run(gateway, query, { after });
      names.push(...images.edges.map((edge) => edge.node.name));
      after = images.pageInfo.hasNextPage ? images.pageInfo.endCursor : null;
    } while (after);
    expect(names.sort()).toEqual(['paged-0', 'paged-1', 'paged-2', 'paged-3', 'paged-4']);
  });
});
