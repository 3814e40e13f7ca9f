import { beforeAll, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import {
  AcceptImageDocument,
  CreateImageDocument,
  ListImagesDocument,
  ShareImageDocument,
  TagImageDocument,
  TaggedImagesDocument,
} from '../support/operations.js';

onSqlite('the operations among the examples', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  test('register an image, list, tag and share it, as their types say', async () => {
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

    const imageId = createImage.id;
    const tagged = await run(gateway, TagImageDocument, { imageId, tag: 'lts' }, owner);
    expect(tagged.addImageTag).toEqual({ id: imageId, tags: ['lts'] });
    const found = await run(gateway, TaggedImagesDocument, { tags: ['lts'] }, owner);
    expect(found.images.edges.map(({ node }) => node.id)).toEqual([imageId]);

    const shared = await run(gateway, ShareImageDocument, { imageId, memberId: 'guest' }, owner);
    expect(shared.addImageMember).toEqual({ memberId: 'guest', status: 'pending' });
    const seen = async () => (await run(gateway, ListImagesDocument, {}, as('guest'))).images.totalCount;
    expect(await seen()).toBe(0);
    const accepted = await run(gateway, AcceptImageDocument, { imageId }, as('guest'));
    expect(accepted.acceptImage.status).toBe('accepted');
    expect(await seen()).toBe(1);
  });
});
