import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, putData, sendText } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { metricsOf } from '../support/metrics.js';
import { packagesIn, sourcesIn } from '../support/loaded-files.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { file, web } from '../support/web.js';

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(async () => {
  await receiver.stop();
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
let traces = 0;
const traced = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '20' });

/** Does work as part of a new trace. Returns its spans, once that of the request has come. */
async function spansOf(work: (headers: Record<string, string>) => Promise<unknown>): Promise<ReceivedSpan[]> {
  traces += 1;
  const traceId = TRACE.slice(0, -4) + traces.toString(16).padStart(4, '0');
  await work({ traceparent: `00-${traceId}-${CALLER}-01` });
  const own = () => receiver.spans.filter((span) => span.traceId === traceId);
  await eventually(() => own().some(({ kind }) => kind === 'SERVER'));
  return own();
}

/** Returns the names from a span up to the one of the request. */
function pathOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [span.name, ...pathOf(parent, spans)] : [span.name];
}

onEachDatabase('traces', (start, { engine }) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ ...traced(), POLICY: 'open' });
  });

  test('have a span for the request, its operation and each of its statements', async () => {
    await createImage(gateway);
    const spans = await spansOf((headers) =>
      sendText(gateway, 'query Page { images(first: 1) { totalCount edges { node { id } } } }', {}, headers),
    );
    const [request] = spans.filter(({ kind }) => kind === 'SERVER');
    expect(request).toMatchObject({
      name: 'POST /graphql',
      parentSpanId: CALLER,
      isError: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/graphql',
        'http.response.status_code': '200',
        'url.path': '/graphql',
        'openstack.request_id': expect.stringMatching(/^req-/),
      },
    });
    const statements = spans.filter(({ kind }) => kind === 'CLIENT');
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      expect(pathOf(statement, spans)).toEqual(['SELECT images', 'query Page', 'POST /graphql']);
      expect(statement.attributes).toMatchObject({
        'db.system.name': engine === 'sqlite' ? 'sqlite' : expect.stringMatching(/^(mariadb|mysql)$/),
        'db.operation.name': 'SELECT',
        'db.collection.name': 'images',
      });
    }
  });

  test('have spans for an upload, its digest and its calls of the store', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const spans = await spansOf((headers) => putData(gateway, id, 'data', headers));
    const paths = spans.map((span) => pathOf(span, spans).join(' < '));

    for (const path of [
      'digest < upload < PUT /data/:id',
      'store write < upload < PUT /data/:id',
      'store publish < upload < PUT /data/:id',
      'UPDATE images < upload < PUT /data/:id',
    ])
      expect(paths).toContain(path);
    expect(spans.find(({ name }) => name === 'upload')!.attributes).toMatchObject({
      'glance_graphql.store': 'file',
      'glance_graphql.bytes': '4',
    });
  });

  test('mark what failed, and tell neither values nor texts of errors', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const wrong = { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' };
    const spans = await spansOf((headers) => putData(gateway, id, 's3cret', { ...headers, ...wrong }));
    const upload = spans.find(({ name }) => name === 'upload')!;
    expect(upload).toMatchObject({ isError: true, attributes: { 'error.type': 'CHECKSUM_MISMATCH' } });
    expect(JSON.stringify(spans)).not.toContain('s3cret');
    expect(JSON.stringify(spans)).not.toContain(id.slice(0, 13).replaceAll('-', '%'));
  });

  test('have the code of the error of an operation', async () => {
    const spans = await spansOf((headers) =>
      sendText(
        gateway,
        'mutation Gone { deleteImage(id: "00000000-0000-4000-8000-000000000000") { id } }',
        {},
        headers,
      ),
    );
    expect(spans.find(({ name }) => name === 'mutation Gone')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'IMAGE_NOT_FOUND', 'graphql.operation.name': 'Gone' },
    });
  });

  test('keep requests at the same time apart', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, () =>
        spansOf((headers) =>
          sendText(gateway, '{ images(first: 1) { edges { node { id } } } }', {}, headers),
        ),
      ),
    );
    for (const spans of all)
      expect(spans.map(({ name }) => name).sort()).toEqual(['POST /graphql', 'SELECT images', 'query']);
  });

  test('follow the choice of a caller not to be traced', async () => {
    const traceId = TRACE.replace(/^0a/, '0b');
    await sendText(gateway, '{ __typename }', {}, { traceparent: `00-${traceId}-${CALLER}-00` });
    await spansOf((headers) => sendText(gateway, '{ __typename }', {}, headers));
    expect(receiver.spans.filter((span) => span.traceId === traceId)).toEqual([]);
  });

  test('fit the protocol', () => {
    expect(receiver.faults).toEqual([]);
    expect(receiver.resources[0]).toMatchObject({
      'service.name': 'glance-graphql',
      'service.version': expect.stringMatching(/^\d/),
    });
  });
});

onSqlite('a trace', (start) => {
  test('has a span of each request of version 1, with its action', async () => {
    const gateway = await start({ ...traced(), POLICY: 'open' });
    const spans = await spansOf((headers) => fetch(`${gateway.url}/v1/images/detail`, { headers }));
    expect(spans.map((span) => pathOf(span, spans).join(' < '))).toContain('SELECT images < GET detail');
  });

  test('goes on at a web server from which the gateway fetches data', async () => {
    const told: unknown[] = [];
    const serve = file('data');
    const source = await web({
      '/image'(request, response) {
        told.push(request.headers.traceparent);
        serve(request, response);
      },
    });
    const gateway = await start({
      ...traced(),
      POLICY: 'open',
      HTTP_SOURCE_HOSTS: '127.0.0.1',
      HTTP_SOURCE_PRIVATE: '127.0.0.1',
      HTTP_SOURCE_SCHEMES: 'http',
    });
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const fetched = 'mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { id } }';
    const spans = await spansOf((headers) =>
      sendText(gateway, fetched, { id, url: `${source.url}/image` }, headers),
    );
    await eventually(() => told.length > 0);
    const { traceId } = spans[0];
    expect(told[0]).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    const asked = await eventually(() =>
      receiver.spans.find(
        (span) => span.traceId === traceId && span.attributes['url.full'] === `${source.url}/image`,
      ),
    );
    expect(String(told[0])).toContain(asked!.spanId);
    await source.close();
  });

  test('sends the headers of the receiver', async () => {
    const gateway = await start({
      ...traced(),
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-tenant=images',
      OTEL_SERVICE_NAME: 'images-2',
    });
    await spansOf((headers) => sendText(gateway, '{ __typename }', {}, headers));
    expect(receiver.headers).toContainEqual(
      expect.objectContaining({ authorization: 'Bearer abc', 'x-tenant': 'images' }),
    );
    expect(receiver.resources).toContainEqual(expect.objectContaining({ 'service.name': 'images-2' }));
  });

  test('goes along with metrics', async () => {
    const gateway = await start({ ...traced(), METRICS_PORT: '0', POLICY: 'open' });
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const spans = await spansOf((headers) => putData(gateway, id, 'data', headers));
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['digest', 'store write', 'upload']),
    );
    const metrics = await metricsOf(gateway);
    expect(metrics.sum('uploads_total', { outcome: 'completed' })).toBe(1);
    expect(metrics.sum('http_requests_total', { operation: 'PUT /data/:id', code: '200' })).toBe(1);
  });

  test('is kept for the configured share of requests', async () => {
    const gateway = await start({ ...traced(), OTEL_TRACES_SAMPLER_ARG: '0' });
    const before = receiver.spans.length;
    for (let times = 0; times < 20; times += 1) await sendText(gateway, '{ __typename }');
    await spansOf((headers) => sendText(gateway, '{ __typename }', {}, headers));
    expect(receiver.spans.length - before).toBe(2);
  });
});

describe('the built program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  afterAll(async () => {
    await endAll();
    rmSync(folder, { recursive: true });
  });

  test('joins the lines of its log to the trace', async () => {
    const gateway = await spawnGateway({
      DATA_DIR: folder,
      ...traced(),
    });
    const [request] = await spansOf(async (headers) => {
      const id = await createActiveImage(gateway, 'data', {}, headers);
      return id;
    });
    const line = await eventually(() => gateway.log().find(({ msg }) => msg === 'audit'));
    expect(line).toMatchObject({
      trace_id: request.traceId,
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('sends its last spans before it ends, and ends also when the receiver is away', async () => {
    const gateway = await spawnGateway({ DATA_DIR: folder, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const before = receiver.spans.length;
    await sendText(gateway, '{ __typename }');
    gateway.kill('SIGTERM');
    expect((await gateway.ended).code).toBe(0);
    expect(receiver.spans.length).toBeGreaterThan(before);
    const away = await spawnGateway({ DATA_DIR: folder, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    await sendText(away, '{ __typename }');
    away.kill('SIGTERM');
    expect((await away.ended).code).toBe(0);
  });

  test('loads the code of metrics and traces only where they are configured', async () => {
    const coverage = join(folder, 'coverage');
    const gateway = await spawnGateway({ DATA_DIR: folder, NODE_V8_COVERAGE: coverage });
    await sendText(gateway, '{ __typename }');
    gateway.kill('SIGTERM');
    await gateway.ended;
    const packages = [...packagesIn(sourcesIn(coverage))];
    expect(packages.filter((name) => /opentelemetry|prom-client|pino-pretty/.test(name))).toEqual([]);
  });
});
