import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const KEY = 'k'.repeat(32);
const LINK = gql('query ($id: ID!, $s: Int) { image(id: $id) { downloadUrl(expiresIn: $s) } }');

onSqlite('a download link', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', SIGNING_KEY: KEY });
    id = await createActiveImage(gateway, 'hello', {}, as('owner'));
  });
  const linkOf = async (image: string, who = as('owner'), s?: number): Promise<string> =>
    (await run(gateway, LINK, { id: image, s }, who)).image!.downloadUrl!;
  const codeOf = async (url: string | URL, init?: RequestInit) => {
    const response = await fetch(url, init);
    return [response.status, ((await response.json()) as { code: string }).code];
  };

  test('gives the data to a client without credentials', async () => {
    const url = await linkOf(id);
    expect(await (await fetch(url)).text()).toBe('hello');
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
    const part = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect([part.status, await part.text()]).toEqual([206, 'el']);
  });

  test('is good on every gateway with the same SIGNING_KEY, and on no other', async () => {
    const { pathname, search } = new URL(await linkOf(id));
    const same = await start({ AUTH: 'trusted', SIGNING_KEY: KEY });
    expect(await (await fetch(`${same.url}${pathname}${search}`)).text()).toBe('hello');
    const other = await start({ AUTH: 'trusted' });
    expect(await codeOf(`${other.url}${pathname}${search}`)).toEqual([403, 'LINK_INVALID']);
  });

  test('that an older gateway signed is refused', async () => {
    const expires = String(Math.floor(Date.now() / 1000) + 3600);
    const caller = Buffer.from('["user","owner",["member"],false,false,"owner"]').toString('base64url');
    const signature = createHmac('sha256', KEY)
      .update(JSON.stringify([id, expires, caller]))
      .digest('base64url');
    const query = new URLSearchParams({ expires, caller, signature });
    expect(await codeOf(`${gateway.url}/data/${id}?${query}`)).toEqual([403, 'LINK_INVALID']);
  });

  test('does not show the caller who made it', async () => {
    const url = new URL(await linkOf(id, as('owner', 'secret-role', 'secret-user')));
    for (const value of url.searchParams.values()) {
      const shown = value + Buffer.from(value, 'base64url').toString('latin1');
      expect(shown).not.toMatch(/owner|secret|role|user/);
    }
    const again = new URL(await linkOf(id, as('owner', 'secret-role', 'secret-user')));
    expect(again.searchParams.get('caller')).not.toBe(url.searchParams.get('caller'));
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  test('of an administrator is valid for an hour at most', async () => {
    const lifeOf = async (who: Record<string, string>) =>
      Number(new URL(await linkOf(id, who, 86_400)).searchParams.get('expires')) - Date.now() / 1000;
    expect(await lifeOf(as('ops', 'admin'))).toBeLessThanOrEqual(3600);
    expect(await lifeOf(as('owner'))).toBeGreaterThan(80_000);
  });

  test('ends after the time it was asked for', async () => {
    const url = await linkOf(id, as('owner'), 1);
    const deadline = Date.now() + 10_000;
    let answer: Response;
    do answer = await fetch(url);
    while (answer.status === 200 && Date.now() < deadline);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'LINK_EXPIRED']);
  });

  describe('is refused when it was changed:', () => {
    test.each<[string, (url: URL, other: URL) => void]>([
      ['another image', (url, other) => (url.pathname = other.pathname)],
      ['a later end', (url) => url.searchParams.set('expires', '9999999999')],
      ['another caller', (url, other) => url.searchParams.set('caller', other.searchParams.get('caller')!)],
      ['no end', (url) => url.searchParams.delete('expires')],
      ['no caller', (url) => url.searchParams.delete('caller')],
      ['an empty signature', (url) => url.searchParams.set('signature', '')],
      ['two signatures', (url) => url.searchParams.append('signature', 'x')],
      ['a signature cut short', (url) => url.searchParams.set('signature', 'AAAA')],
      [
        'a signature with more behind it',
        (url) => url.searchParams.set('signature', `${url.searchParams.get('signature')}=`),
      ],
    ])('%s', async (_, change) => {
      const other = await createActiveImage(gateway, 'other', {}, as('somebody'));
      const url = new URL(await linkOf(id));
      change(url, new URL(await linkOf(other, as('somebody'))));
      expect(await codeOf(url)).toEqual([403, 'LINK_INVALID']);
    });
  });

  test('has the rights of its caller, which are checked at each use', async () => {
    const share = gql(
      `mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "guest" }) { memberId } }`,
    );
    await run(gateway, share, { id }, as('owner'));
    const url = await linkOf(id, as('guest'));
    expect((await fetch(url)).status).toBe(200);
    const end = gql(
      `mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "guest") { memberId } }`,
    );
    await run(gateway, end, { id }, as('owner'));
    expect(await codeOf(url)).toEqual([404, 'IMAGE_NOT_FOUND']);
  });

  test('does not permit writing', async () => {
    const queued = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, as('owner'));
    const { search } = new URL(await linkOf(id));
    const put = { method: 'PUT', body: 'x' };
    expect(await codeOf(`${gateway.url}/data/${queued}${search}`, put)).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('is not in the log with its signature', async () => {
    await fetch(await linkOf(id));
    expect(JSON.stringify(gateway.log)).not.toContain('signature=');
  });

  test('is null for an image without data', async () => {
    expect(await linkOf(await createImage(gateway, {}, as('owner')))).toBeNull();
  });

  test.each([0, -1, 604801])('is refused for %d seconds', async (s) => {
    expect(await errorOf(gateway, LINK, { id, s }, as('owner'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'expiresIn',
    });
  });

  test('stands beside the addresses of the other faces', async () => {
    const query = gql('query ($id: ID!) { image(id: $id) { v1Url dataUrl } }');
    expect((await run(gateway, query, { id }, as('owner'))).image).toEqual({
      v1Url: `${gateway.url}/v1/images/${id}`,
      dataUrl: `${gateway.url}/data/${id}`,
    });
  });
});
