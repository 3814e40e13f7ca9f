import { expect, test } from 'vitest';
import { as } from '../support/client.js';
import { formBytes, formRequest, imageForm, sendForm } from '../support/form.js';
import { onSqlite } from '../support/gateway.js';
import { eventually } from '../support/poll.js';

const HALF = formBytes(imageForm('data'), '');

onSqlite('a place for a file sent through GraphQL', (start) => {
  const tenants = (options: Record<string, string> = {}) => start({ AUTH: 'trusted', ...options });

  /** Begins a form, and returns its connection once the gateway has given it a place. */
  async function begun(gateway: { url: string }, headers: Record<string, string> = {}) {
    const request = await formRequest(gateway, {
      'transfer-encoding': 'chunked',
      expect: '100-continue',
      ...headers,
    });
    await eventually(() => request.received().includes('100 Continue'));
    return request;
  }

  test.each(['breaks the connection off', 'says that no more comes'])(
    'is free again at once when the sender %s',
    async (how) => {
      const gateway = await start({ MULTIPART_CONCURRENCY: '8' });
      const requests = await Promise.all(Array.from({ length: 8 }, () => begun(gateway)));
      await Promise.all(
        requests.map((request, n) => request.sendChunk(HALF.subarray(0, ((n + 1) * HALF.length) / 9))),
      );
      expect((await sendForm(gateway, imageForm('data'))).error?.code).toBe('TOO_MANY_UPLOADS');
      for (const request of requests) {
        if (how.startsWith('breaks')) request.leave();
        else request.end();
      }
      const taken = await eventually(
        () => sendForm(gateway, imageForm('data')),
        ({ error }) => error?.code !== 'TOO_MANY_UPLOADS',
      );
      expect(taken.data!.createImage.status).toBe('active');
      await Promise.all(Array.from({ length: 8 }, () => begun(gateway)));
    },
  );

  test('is never the last for one tenant, whose next file gets an error', async () => {
    const gateway = await tenants({ MULTIPART_CONCURRENCY: '2' });
    const slow = await begun(gateway, as('t1'));
    await slow.sendChunk(HALF.subarray(0, 1));
    const refused = await sendForm(gateway, imageForm('data'), as('t1', 'member', 'another user'));
    expect([refused.status, refused.error]).toEqual([
      429,
      {
        code: 'TOO_MANY_OWN_UPLOADS',
        message:
          'Your tenant is sending 1 files through GraphQL already, and other tenants need places too; try again, or send the data with PUT to dataUrl.',
      },
    ]);
    expect((await sendForm(gateway, imageForm('data'), as('t2'))).data!.createImage.status).toBe('active');
    slow.leave();
    const again = await eventually(
      () => sendForm(gateway, imageForm('data'), as('t1')),
      ({ error }) => error?.code !== 'TOO_MANY_OWN_UPLOADS',
    );
    expect(again.data!.createImage.status).toBe('active');
  });

  test('is left for each next tenant: one tenant takes half of the free places', async () => {
    const gateway = await tenants({ MULTIPART_CONCURRENCY: '8' });
    for (const [tenant, most] of [
      ['t1', 4],
      ['t2', 2],
      ['t3', 1],
      ['t4', 1],
    ] as const) {
      for (let n = 0; n < most; n += 1) await begun(gateway, as(tenant));
      const { error } = await sendForm(gateway, imageForm('data'), as(tenant));
      expect(error?.code).toBe(tenant === 't4' ? 'TOO_MANY_UPLOADS' : 'TOO_MANY_OWN_UPLOADS');
    }
  });

  test('is shared by users where callers have no tenant', async () => {
    const gateway = await tenants({ MULTIPART_CONCURRENCY: '2', OWNER_IS_TENANT: 'false' });
    const user = (name: string) => ({
      'x-identity-status': 'Confirmed',
      'x-user-id': name,
      'x-roles': 'member',
    });
    const [alice, bob] = [user('alice'), user('bob')];
    await begun(gateway, alice);
    expect((await sendForm(gateway, imageForm('data'), alice)).error?.code).toBe('TOO_MANY_OWN_UPLOADS');
    expect((await sendForm(gateway, imageForm('data'), bob)).data!.createImage.status).toBe('active');
  });

  test('may be the only place, and any tenant may take it', async () => {
    const gateway = await tenants({ MULTIPART_CONCURRENCY: '1' });
    expect((await sendForm(gateway, imageForm('data'), as('t1'))).data!.createImage.status).toBe('active');
  });

  test('is not taken by a request that is refused for another reason', async () => {
    const gateway = await start({ MULTIPART_CONCURRENCY: '1' });
    const refused = [
      formRequest(gateway, { 'content-length': 10, 'apollo-require-preflight': '' }),
      formRequest(gateway, { 'content-length': 10, 'content-type': 'multipart/form-data' }),
      formRequest(gateway, { 'content-length': 10, 'content-encoding': 'gzip' }),
      formRequest(gateway, { 'content-length': 1e15 }),
    ];
    for (const request of await Promise.all(refused)) await eventually(() => request.received().length > 0);
    const { data } = await eventually(
      () => sendForm(gateway, imageForm('data')),
      ({ error }) => error?.code !== 'TOO_MANY_UPLOADS',
    );
    expect(data!.createImage.status).toBe('active');
  });
});
