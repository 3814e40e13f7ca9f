import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.js';
import { StoreError } from '../../src/store/store.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';

interface Report {
  ready: boolean;
  reason?: string;
  parts?: { name: string; needed: boolean; state: string; since: string }[];
}

async function readiness(gateway: TestGateway, query = ''): Promise<[status: number, report: Report]> {
  const answer = await fetch(`${gateway.url}/ready${query}`);
  return [answer.status, (await answer.json()) as Report];
}

onEachDatabase('/ready', (start) => {
  let fault: 'readOnly' | 'unavailable' | undefined;
  const failing = (isRemote: boolean) => (store: Store) => ({
    ...store,
    isRemote,
    prepare: async () => {
      if (fault) throw new StoreError(fault, { detail: 's3cret' });
      await store.prepare();
    },
  });
  const withStore = async (isRemote: boolean) => {
    fault = undefined;
    return start({ STORES: 'fast:file' }, failing(isRemote));
  };

  test('says no more than yes to a load balancer', async () => {
    expect(await readiness(await withStore(false))).toEqual([200, { ready: true }]);
  });

  test.each(['?verbose', '?verbose=true', '?verbose=1'])(
    'tells the state of each part to %s',
    async (query) => {
      const [status, report] = await readiness(await withStore(false), query);
      const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect([status, report]).toEqual([
        200,
        {
          ready: true,
          parts: [
            { name: 'database', needed: true, state: 'ok', since },
            { name: 'store fast', needed: true, state: 'ok', since },
          ],
        },
      ]);
    },
  );

  test.each(['?verbose=false', '?verbose=0', '?other'])('tells nothing more to %s', async (query) => {
    expect(await readiness(await withStore(false), query)).toEqual([200, { ready: true }]);
  });

  test('keeps the time since which a state holds', async () => {
    const gateway = await withStore(false);
    const [, before] = await readiness(gateway, '?verbose');
    const [, same] = await readiness(gateway, '?verbose');
    expect(same).toEqual(before);
    fault = 'readOnly';
    const [status, after] = await readiness(gateway, '?verbose');
    expect(status).toBe(200);
    expect(after.parts![0]).toEqual(before.parts![0]);
    expect(after.parts![1]).toMatchObject({ name: 'store fast', state: 'readOnly' });
    expect(Date.parse(after.parts![1].since)).toBeGreaterThan(Date.parse(before.parts![1].since));
  });

  test('says no while a needed part cannot be used, without the reason of the store', async () => {
    const gateway = await withStore(false);
    fault = 'unavailable';
    const reason = 'the database or the store cannot be used';
    expect(await readiness(gateway)).toEqual([503, { ready: false, reason }]);
    const [status, report] = await readiness(gateway, '?verbose');
    expect(status).toBe(503);
    expect(report.parts).toContainEqual(expect.objectContaining({ name: 'store fast', state: 'failed' }));
    expect(JSON.stringify(report)).not.toContain('s3cret');
  });

  test('says yes while a remote store is away, and tells of it', async () => {
    const gateway = await withStore(true);
    fault = 'unavailable';
    expect(await readiness(gateway)).toEqual([200, { ready: true }]);
    const [status, report] = await readiness(gateway, '?verbose');
    expect(status).toBe(200);
    expect(report.parts).toContainEqual(
      expect.objectContaining({ name: 'store fast', needed: false, state: 'failed' }),
    );
  });
});
