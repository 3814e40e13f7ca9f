import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StoreError } from '../../src/store/store.js';
import { createActiveImage, createImage, errorOf, putData, run, sendText } from '../support/client.js';
import { onEachDatabase, onSqlite } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { metricsOf, metricsUrl, type Samples } from '../support/metrics.js';
import { eventually } from '../support/poll.js';

const options = { METRICS_PORT: '0', POLICY: 'open' };
const COUNT = gql('{ images { totalCount } }');

/** Returns the difference of a sum between two readings. */
function growth(before: Samples, after: Samples, ...asked: Parameters<Samples['sum']>): number {
  return (after.sum(...asked) ?? 0) - (before.sum(...asked) ?? 0);
}

onEachDatabase('metrics', (start, { engine }) => {
  const starting = start({ ...options, METRICS_OPERATIONS: 'Watched' });
  const during = async (work: (gateway: Awaited<typeof starting>) => Promise<unknown>) => {
    const gateway = await starting;
    const before = await metricsOf(gateway);
    await work(gateway);
    return { before, read: () => metricsOf(gateway) };
  };

  test('tell how the gateway was built and what it runs on', async () => {
    const [info] = (await metricsOf(await starting)).all.filter(
      ({ name }) => name === 'glance_graphql_build_info',
    );
    expect(info.value).toBe(1);
    expect(info.labels).toEqual({
      version: expect.stringMatching(/^\d+\.\d+/),
      node_version: process.version,
      database: expect.stringMatching(engine === 'sqlite' ? 'sqlite' : /mariadb|mysql/),
      auth: 'none',
    });
  });

  test('count requests by face, operation and status', async () => {
    const { before, read } = await during(async (gateway) => {
      await sendText(gateway, 'query Watched { images { totalCount } }');
      await fetch(`${gateway.url}/v1/images/detail`).then((answer) => answer.text());
      await fetch(`${gateway.url}/data/nothing`).then((answer) => answer.text());
      await fetch(`${gateway.url}/healthcheck`).then((answer) => answer.text());
    });
    const counted = { face: 'v1', operation: 'detail', code: '200' };
    const after = await eventually(
      read,
      (each) => growth(before, each, 'http_requests_total', { face: 'health' }) === 1,
    );
    for (const labels of [
      { face: 'graphql', operation: 'Watched', code: '200' },
      counted,
      { face: 'data', operation: 'GET /data/:id', code: '404' },
      { face: 'health', operation: 'GET /healthcheck', code: '200' },
    ])
      expect(growth(before, after, 'http_requests_total', labels), labels.face).toBe(1);
    expect(
      growth(before, after, 'http_request_duration_seconds_count', { face: 'v1', operation: 'detail' }),
    ).toBe(1);
    expect(after.sum('http_requests_in_flight')).toBe(0);
  });

  test('count an upload and a download by store, with their bytes', async () => {
    const { before, read } = await during(async (gateway) => {
      const id = await createActiveImage(gateway, Buffer.alloc(100_000));
      await fetch(`${gateway.url}/data/${id}`).then((answer) => answer.arrayBuffer());
    });
    const after = await eventually(
      read,
      (each) => growth(before, each, 'store_operations_total', { operation: 'read' }) === 1,
    );
    const file = { store: 'file' };
    expect(growth(before, after, 'store_bytes_total', { ...file, direction: 'in' })).toBe(100_000);
    expect(growth(before, after, 'store_bytes_total', { ...file, direction: 'out' })).toBe(100_000);
    expect(growth(before, after, 'uploads_total', { ...file, outcome: 'completed', reason: 'none' })).toBe(1);
    expect(growth(before, after, 'upload_duration_seconds_count', { outcome: 'completed' })).toBe(1);
    expect(growth(before, after, 'upload_rate_bytes_per_second_count', file)).toBe(1);
    expect(growth(before, after, 'store_operations_total', { operation: 'publish', outcome: 'ok' })).toBe(1);
    expect(after.sum('uploads_running')).toBe(0);
    expect(after.sum('store_free_bytes', file)).toBeGreaterThan(0);
  });

  test('count a failed upload with the code of its error', async () => {
    const { before, read } = await during(async (gateway) => {
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      const refused = await putData(gateway, id, 'data', { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' });
      expect(refused.status).toBeGreaterThanOrEqual(400);
    });
    const failed = (samples: Samples) => samples.sum('uploads_total', { outcome: 'failed' }) ?? 0;
    const after = await eventually(read, (each) => failed(each) > failed(before));
    const reasons = after.all
      .filter(({ name, labels }) => name === 'glance_graphql_uploads_total' && labels.outcome === 'failed')
      .map(({ labels }) => labels.reason);
    expect(reasons).toEqual(['CHECKSUM_MISMATCH']);
  });

  test('count statements by kind, and show the connections', async () => {
    const { before, read } = await during((gateway) => createImage(gateway));
    const after = await read();
    for (const kind of ['begin', 'insert', 'commit'])
      expect(
        growth(before, after, 'database_statements_total', { kind, outcome: 'ok' }),
        kind,
      ).toBeGreaterThan(0);
    expect(
      growth(before, after, 'database_statement_duration_seconds_count', { kind: 'insert' }),
    ).toBeGreaterThan(0);
    expect(after.sum('database_connections_max')).toBe(engine === 'sqlite' ? 1 : 10);
    expect(after.sum('database_waiting')).toBe(0);
  });

  test('count the errors of GraphQL by their codes', async () => {
    const { before, read } = await during(async (gateway) => {
      await sendText(gateway, 'mutation { deleteImage(id: "00000000-0000-4000-8000-000000000000") { id } }');
      await sendText(gateway, '{ nothing }');
    });
    const after = await read();
    expect(growth(before, after, 'graphql_errors_total', { code: 'IMAGE_NOT_FOUND' })).toBe(1);
    expect(growth(before, after, 'graphql_errors_total', { code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1);
  });

  test('make one series of all operations with other names', async () => {
    const { before, read } = await during(async (gateway) => {
      for (let nth = 0; nth < 200; nth += 1) await sendText(gateway, `query Op${nth} { __typename }`);
      await sendText(gateway, '{ __typename }');
    });
    const graphqlOnly = { face: 'graphql' };
    const after = await eventually(
      read,
      (each) => growth(before, each, 'http_requests_total', graphqlOnly) === 201,
    );
    expect(growth(before, after, 'http_requests_total', { ...graphqlOnly, operation: 'other' })).toBe(200);
    expect(growth(before, after, 'http_requests_total', { ...graphqlOnly, operation: 'anonymous' })).toBe(1);
    expect(after.all.filter(({ labels }) => /^Op\d/.test(labels.operation ?? ''))).toEqual([]);
  });

  test('make no series of paths and methods that clients invent', async () => {
    const gateway = await starting;
    const before = await metricsOf(gateway);
    for (const path of ['/nowhere', '/v1/nowhere', '/graphql/x', '/data', '/%ff', '/console/nowhere/else'])
      await fetch(gateway.url + path, { method: 'REPORT' }).then((answer) => answer.text());
    const after = await eventually(
      () => metricsOf(gateway),
      (each) => growth(before, each, 'http_requests_total') >= 6,
    );
    const operations = after.all.map(({ labels }) => labels.operation ?? '');
    expect(operations.filter((operation) => /nowhere|REPORT|%ff/.test(operation))).toEqual([]);
  });

  test('show the subscriptions that run', async () => {
    const gateway = await starting;
    const subscription = subscribeTo(gateway, CHANGES);
    await eventually(async () => (await metricsOf(gateway)).sum('subscriptions') === 1);
    subscription.end();
    await eventually(async () => (await metricsOf(gateway)).sum('subscriptions') === 0);
  });

  test('tell when each part of the sweep last ended well', async () => {
    const gateway = await starting;
    const samples = await eventually(
      () => metricsOf(gateway),
      (each) => each.sum('sweep_last_success_timestamp_seconds', { part: 'data' })! > 0,
    );
    expect(samples.sum('sweep_last_success_timestamp_seconds', { part: 'data' })).toBeCloseTo(
      Date.now() / 1000,
      -3,
    );
    expect(samples.sum('sweep_failures_total')).toBe(0);
    expect(samples.sum('sweep_work_total', { what: 'settled' })).toBe(0);
  });

  test('are not there without METRICS_PORT', async () => {
    const gateway = await start({ POLICY: 'open' });
    await run(gateway, COUNT);
    expect(gateway.log.filter(({ msg }) => /metrics/.test(String(msg)))).toEqual([]);
    expect(await fetch(`${gateway.url}/metrics`).then(({ status }) => status)).not.toBe(200);
  });
});

onEachDatabase('the metrics of images', (start) => {
  test('count images and bytes by status, visibility and store', async () => {
    const gateway = await start(options);
    await createImage(gateway, { name: 'queued' });
    await createActiveImage(gateway, 'four', { visibility: 'PUBLIC' });
    await createActiveImage(gateway, 'seven..', { visibility: 'PUBLIC' });
    const samples = await metricsOf(await start(options));
    const shown = (name: string) =>
      samples.all
        .filter((each) => each.name === `glance_graphql_${name}`)
        .map(({ labels, value }) => [labels.status, labels.visibility, labels.store, value])
        .sort();
    expect(shown('images')).toEqual([
      ['active', 'public', 'file', 2],
      ['queued', 'shared', 'none', 1],
    ]);
    expect(shown('image_bytes')).toEqual([
      ['active', 'public', 'file', 11],
      ['queued', 'shared', 'none', 0],
    ]);
    expect(samples.sum('images_counted_timestamp_seconds')).toBeCloseTo(Date.now() / 1000, -2);
  });

  test('are counted at most once a minute', async () => {
    const gateway = await start(options);
    const before = await metricsOf(gateway);
    await createImage(gateway, { name: 'one more' });
    const after = await metricsOf(gateway);
    expect(growth(before, after, 'images')).toBe(0);
    expect(growth(before, after, 'images_counted_timestamp_seconds')).toBe(0);
  });
});

onEachDatabase('the metrics of trouble', (start) => {
  test('have the fault of a store', async () => {
    const gateway = await start(options, (store) => ({
      ...store,
      open: () => Promise.reject(new StoreError('unavailable')),
    }));
    const id = await createActiveImage(gateway, 'data');
    await fetch(`${gateway.url}/data/${id}`).then((answer) => answer.text());
    const samples = await metricsOf(gateway);
    const failed = { store: 'file', operation: 'open', outcome: 'unavailable' };
    expect(samples.sum('store_operations_total', failed)).toBe(1);
  });

  test('have the kind of failure of a statement', async () => {
    const gateway = await start(options);
    const id = await createImage(gateway);
    const again = gql('mutation ($id: ID!) { createImage(input: { id: $id }) { id } }');
    expect((await errorOf(gateway, again, { id })).code).toBe('IMAGE_ID_TAKEN');
    const failed = { kind: 'insert', outcome: 'duplicate' };
    expect((await metricsOf(gateway)).sum('database_statements_total', failed)).toBe(1);
  });

  test('count the renewals of leases while data arrives', async () => {
    const gateway = await start({ ...options, UPLOAD_LEASE: '3' });
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const answer = putData(gateway, id, readable);
    await writer.write(Buffer.from('data'));
    const samples = await eventually(
      () => metricsOf(gateway),
      (each) => each.sum('upload_lease_renewals_total', { outcome: 'renewed' })! > 0,
    );
    expect(samples.sum('uploads_running')).toBe(1);
    await writer.close();
    expect((await answer).status).toBe(200);
  });

  test('have no number for the space of a folder that is gone', async () => {
    const gateway = await start(options);
    await metricsOf(gateway);
    const images = join(gateway.folder, 'images');
    renameSync(images, `${images}-gone`);
    expect((await metricsOf(gateway)).sum('store_free_bytes', { store: 'file' })).toBeNaN();
    renameSync(`${images}-gone`, images);
  });
});

onSqlite('the server of the metrics', (start) => {
  const starting = start({ ...options, REGISTRY_PORT: '0' });

  test.each([
    ['GET', '/', 404],
    ['GET', '/metrics/x', 404],
    ['POST', '/metrics', 405],
    ['HEAD', '/metrics', 200],
    ['GET', '/metrics?name=x', 200],
  ])('answers %s %s with %i', async (method, path, status) => {
    const url = new URL(path, await metricsUrl(await starting));
    const answer = await fetch(url, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
  });

  test('listens on an address of its own, which serves nothing else', async () => {
    const url = new URL(await metricsUrl(await starting));
    expect(url.hostname).toBe('127.0.0.1');
    expect(url.port).not.toBe(new URL((await starting).url).port);
  });
});
