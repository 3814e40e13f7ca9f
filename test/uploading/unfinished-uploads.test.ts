import { beforeAll, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { statementsDuring } from '../support/statements.js';
import { beginUpload, sendPart } from '../support/tus.js';

const UNFINISHED = gql(`{ viewer { unfinishedUploads {
  url offset size expiresAt fileName image { id name }
} } }`);
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

onEachDatabase('the unfinished uploads of a caller', (start, place) => {
  let gateway: TestGateway;
  let options: Record<string, string>;
  beforeAll(async () => {
    options = { AUTH: 'trusted' };
    gateway = await start(options);
  });
  const list = async (who: Record<string, string>, at = gateway) =>
    (await run(at, UNFINISHED, {}, who)).viewer.unfinishedUploads;
  async function begun(name: string, headers: Record<string, string>, who: Record<string, string>) {
    const id = await createImage(gateway, { ...FORMATS, name }, who);
    const response = await beginUpload(gateway, id, { ...headers, ...who });
    return { id, url: response.headers.get('location')! };
  }
  const named = (name: string) => ({ 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}` });

  test('tell how far each is, the latest first, on every gateway that shares the folder', async () => {
    const ann = as('t', 'member', 'ann');
    const first = await begun('first', { 'upload-length': '10', ...named('Größe.img') }, ann);
    const second = await begun('second', { 'upload-defer-length': '1' }, ann);
    await sendPart(first.url, 0, '1234', ann);
    const { headers } = await fetch(first.url, {
      method: 'HEAD',
      headers: { 'tus-resumable': '1.0.0', ...ann },
    });
    const shown = await list(ann);
    expect(shown).toEqual([
      {
        url: first.url,
        offset: 4,
        size: 10,
        expiresAt: expect.any(String),
        fileName: 'Größe.img',
        image: { id: first.id, name: 'first' },
      },
      {
        url: second.url,
        offset: 0,
        size: null,
        expiresAt: expect.any(String),
        fileName: null,
        image: { id: second.id, name: 'second' },
      },
    ]);
    expect(new Date(shown[0].expiresAt).toUTCString()).toBe(headers.get('upload-expires'));
    const other = await start(options);
    const elsewhere = await list(ann, other);
    expect(elsewhere.map(({ url }) => new URL(url).pathname)).toEqual(
      shown.map(({ url }) => new URL(url).pathname),
    );
  });

  test('are shown to nobody else, also within the tenant', async () => {
    const bea = as('t', 'member', 'bea');
    const { url } = await begun('hers', { 'upload-length': '10' }, bea);
    expect((await list(bea)).map((each) => each.url)).toEqual([url]);
    for (const who of [as('t', 'member', 'cleo'), as('other', 'member', 'bea'), as('t', 'admin', 'root')])
      expect(await list(who)).toEqual([]);
  });

  test('end with the last byte, or when they are given up', async () => {
    const dan = as('t', 'member', 'dan');
    const done = await begun('done', { 'upload-length': '4' }, dan);
    const over = await begun('over', { 'upload-length': '4' }, dan);
    expect(await list(dan)).toHaveLength(2);
    expect((await sendPart(done.url, 0, 'data', dan)).status).toBe(204);
    await fetch(over.url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0', ...dan } });
    expect(await list(dan)).toEqual([]);
  });

  test('go on at the address that they show', async () => {
    const eve = as('t', 'member', 'eve');
    await begun('hers', { 'upload-length': '8' }, eve);
    const [{ url }] = await list(eve);
    await sendPart(url, 0, 'half', eve);
    expect((await list(eve))[0].offset).toBe(4);
    expect((await sendPart(url, 4, 'full', eve)).status).toBe(204);
    expect(await list(eve)).toEqual([]);
  });

  test.skipIf(place.engine !== 'mysql')(
    'take one statement for all their images, and none if no image is selected',
    async () => {
      const fay = as('t', 'member', 'fay');
      for (let n = 0; n < 3; n += 1) await begun('many', { 'upload-length': '10' }, fay);
      expect(await statementsDuring(() => run(gateway, UNFINISHED, {}, fay))).toHaveLength(1);
      const bare = gql('{ viewer { unfinishedUploads { url } } }');
      expect(await statementsDuring(() => run(gateway, bare, {}, fay))).toHaveLength(0);
    },
  );
});
