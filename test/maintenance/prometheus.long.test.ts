import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFINITIONS, PREFIX } from '../../src/telemetry/metrics/definitions.js';
import { createActiveImage, sendText } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { metricsOf, metricsUrl } from '../support/metrics.js';
import { eventually } from '../support/poll.js';
import { hasPrometheus, promtool, startPrometheus, type Prometheus } from '../support/prometheus.js';

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname;
const KNOWN = new Set(
  Object.entries(DEFINITIONS).flatMap(([name, { kind }]) =>
    kind === 'histogram'
      ? [`${PREFIX}${name}_bucket`, `${PREFIX}${name}_sum`, `${PREFIX}${name}_count`]
      : [PREFIX + name],
  ),
);

/** Returns the names of our metrics in a text. */
function ourMetricsIn(text: string): string[] {
  return [...new Set(text.match(/\bglance_graphql_\w+/g) ?? [])];
}

describe.skipIf(!hasPrometheus)('the alerts for Prometheus', () => {
  test('are rules that Prometheus takes', () => {
    expect(promtool(['check', 'rules', `${DEPLOY}prometheus/alerts.yaml`])).toMatchObject({ status: 0 });
    const config = promtool(['check', 'config', `${DEPLOY}prometheus/prometheus.yaml`]);
    expect(config.output).toContain('SUCCESS');
  });

  test('are raised by what they are for, and by nothing else', () => {
    const { status, output } = promtool(['test', 'rules', `${DEPLOY}prometheus/alerts.test.yaml`]);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('each have a test that raises them', () => {
    const alerts = readFileSync(`${DEPLOY}prometheus/alerts.yaml`, 'utf8').matchAll(/- alert: (\w+)/g);
    const tests = readFileSync(`${DEPLOY}prometheus/alerts.test.yaml`, 'utf8');
    const untested = [...alerts].map(([, name]) => name).filter((name) => !tests.includes(`"${name}"`));
    expect(untested).toEqual([]);
  });

  test('use only metrics that the gateway has', () => {
    const used = ourMetricsIn(readFileSync(`${DEPLOY}prometheus/alerts.yaml`, 'utf8'));
    expect(used.filter((name) => !KNOWN.has(name))).toEqual([]);
  });
});

describe.skipIf(!hasPrometheus)('Prometheus', () => {
  onSqlite('with a gateway', (start) => {
    let gateway: TestGateway;
    let prometheus: Prometheus;
    beforeAll(async () => {
      gateway = await start({ METRICS_PORT: '0', POLICY: 'open' });
      await createActiveImage(gateway, 'data');
      await sendText(gateway, '{ nothing }');
      prometheus = await startPrometheus([new URL(await metricsUrl(gateway)).host]);
    }, 60_000);
    afterAll(() => prometheus?.stop());

    test('finds no fault with the metrics', async () => {
      const text = await fetch(await metricsUrl(gateway)).then((answer) => answer.text());
      // Those of the process have the names that prom-client gives them everywhere.
      const faults = promtool(['check', 'metrics'], text).output.split('\n');
      expect(faults.filter((line) => line.startsWith(PREFIX))).toEqual([]);
    });

    test('scrapes them', async () => {
      const images = await eventually(
        () => prometheus.query('sum by (status) (glance_graphql_images)'),
        (found) => found.length > 0,
      );
      expect(images.map(({ metric, value: [, number] }) => [metric.status, number])).toEqual([
        ['active', '1'],
      ]);
    });

    test('answers every panel of the dashboard', async () => {
      const { panels } = JSON.parse(readFileSync(`${DEPLOY}grafana/dashboard.json`, 'utf8')) as {
        panels: { title: string; targets?: { expr: string }[] }[];
      };
      const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
      expect(asked.length).toBeGreaterThan(25);
      for (const { title, expr } of asked) {
        expect(
          ourMetricsIn(expr).filter((name) => !KNOWN.has(name)),
          title,
        ).toEqual([]);
        const filled = expr.replaceAll('$instance', '.*').replaceAll(/\$__(rate_interval|range)/g, '1m');
        await expect(prometheus.query(filled), title).resolves.toBeInstanceOf(Array);
      }
    });
  });
});

onSqlite('10,000 operations with names of their own', (start) => {
  test('make no series of their own', async () => {
    const gateway = await start({ METRICS_PORT: '0' });
    await sendText(gateway, 'query Op { __typename }');
    const before = (await metricsOf(gateway)).all.length;
    const send = async (first: number) => {
      for (let nth = first; nth < 10_000; nth += 10) await sendText(gateway, `query Op${nth} { __typename }`);
    };
    await Promise.all(Array.from({ length: 10 }, (_, first) => send(first)));
    const after = await eventually(
      () => metricsOf(gateway),
      (each) => each.sum('http_requests_total', { operation: 'other' }) === 10_001,
    );
    expect(after.all.length - before).toBeLessThan(50);
  }, 120_000);
});
