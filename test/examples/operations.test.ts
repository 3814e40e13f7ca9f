import { beforeAll, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { CreateImageDocument, ListImagesDocument, ShareImageDocument } from '../support/operations.js';

onSqlite('the operations among the examples', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  test('register an image, list it and share it, as their types say', async () => {
    const owner = as('owner');
    const input = { name: 'example', diskFormat: 'raw', properties: [{ name: 'os', value: 'linux' }] };
    const { createImage } = await run(gateway, CreateImageDocument, { input }, owner);
    expect(createImage).toEqual({
      id: expect.any(String),
      status: 'queued',
      dataUrl: `${gateway.url}/data/${createImage.id}`,
      properties: input.properties,
    });

    const filter = { name: { startsWith: 'exam' } };
    const { images } = await run(gateway, ListImagesDocument, { filter }, owner);
    expect([images.totalCount, images.pageInfo.hasNextPage]).toEqual([1, false]);
    expect(images.edges[0].node).toMatchObject({ id: createImage.id, name: 'example', size: 0 });

    const shared = await run(
      gateway,
      ShareImageDocument,
      { imageId: createImage.id, memberId: 'guest' },
      owner,
    );
    expect(shared.addImageMember).toEqual({ memberId: 'guest', status: 'pending' });
    expect((await run(gateway, ListImagesDocument, {}, as('guest'))).images.totalCount).toBe(1);
  });
});
