import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Store } from '../../src/store/store.js';
import { createActiveImage, run } from '../support/client.js';
import { onSqlite } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';

const DELETE = gql('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { image { status } error { code } } }');

onSqlite('a deletion of several images while their store is silent', (start, place) => {
  test('is answered in time, and the sweep removes the data later', async () => {
    let isSilent = true;
    const silent = (store: Store): Store => ({
      ...store,
      async remove(location, signal) {
        if (!isSilent) return store.remove(location, signal);
        if (signal && !signal.aborted) await once(signal, 'abort');
        throw signal?.reason ?? new Error('the store is silent for ever');
      },
    });
    const gateway = await start({ SWEEP_INTERVAL: '1' }, silent);
    const ids: string[] = [];
    for (const data of ['a', 'b', 'c']) ids.push(await createActiveImage(gateway, data));
    const begun = performance.now();
    const { deleteImages } = await run(gateway, DELETE, { ids });
    expect(performance.now() - begun).toBeLessThan(40_000);
    expect(deleteImages).toEqual(ids.map(() => ({ image: { status: 'deleted' }, error: null })));
    expect(await storedFiles(gateway.folder)).toHaveLength(3);
    isSilent = false;
    await sql(place, "UPDATE gateway_removals SET due_at = '2001-01-01 00:00:00.000000'");
    await eventually(async () => (await sql(place, 'SELECT id FROM gateway_removals')).length === 0);
    expect(await storedFiles(gateway.folder)).toEqual([]);
  }, 90_000);
});
