import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isStoreOption, namesOf, options, readConfig } from '../../src/config/read-config.js';
import { shipped } from '../support/shipped-proxies.js';

interface Port {
  name?: string;
  port?: number | string;
  containerPort?: number;
  targetPort?: string;
}
interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  failureThreshold?: number;
  timeoutSeconds?: number;
}
interface Volume {
  name: string;
  persistentVolumeClaim?: { claimName: string };
  secret?: { secretName: string };
}
type Labels = Record<string, string>;
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Labels };
  data: Record<string, string>;
  stringData: Record<string, string>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  spec: any;
}

const folder = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));
const all = readdirSync(folder).map((name) => parse(shipped(`kubernetes/${name}`)) as Manifest);
const the = (kind: string) => all.find((manifest) => manifest.kind === kind)!;
const pod = the('Deployment').spec.template;
const [container] = pod.spec.containers;
const given = the('ConfigMap').data;

describe('the manifests of deploy/kubernetes', () => {
  test.each(all.map((manifest) => [manifest.kind, manifest] as const))(
    'have a valid %s, by the schemas of Kubernetes',
    (_, manifest) => {
      expect(() => new (modelOf(manifest))(manifest).validate()).not.toThrow();
      expect(() => new (modelOf(manifest))({ ...manifest, metadata: 'wrong' }).validate()).toThrow(
        'metadata',
      );
    },
  );

  test('give the gateway options that exist, with values that it accepts', () => {
    const known = options.flatMap(namesOf);
    expect(Object.keys(given).filter((name) => !known.includes(name) && !isStoreOption(name))).toEqual([]);
    const secrets = Object.keys(given).filter((name) => name.endsWith('_FILE'));
    const values = Object.fromEntries(
      Object.entries(given).map(([name, value]) =>
        secrets.includes(name) ? [name.replace(/_FILE$/, ''), 'x'.repeat(64)] : [name, value],
      ),
    );
    expect(() => readConfig(values)).not.toThrow();
  });

  test('mount each secret where its option looks for it', () => {
    const { mountPath } = container.volumeMounts.find(({ name }: { name: string }) => name === 'secrets');
    const files = Object.entries(given)
      .filter(([name]) => name.endsWith('_FILE'))
      .map(([, path]) => path);
    expect(files.length).toBeGreaterThan(2);
    expect(files.sort()).toEqual(
      Object.keys(the('Secret').stringData)
        .map((key) => `${mountPath}/${key}`)
        .sort(),
    );
  });

  test('mount volumes that they declare, and DATA_DIR of the image', () => {
    const declared = pod.spec.volumes.map(({ name }: { name: string }) => name);
    const mounted = container.volumeMounts.map(({ name }: { name: string }) => name);
    expect(mounted.sort()).toEqual(declared.sort());
    const dataDir = /DATA_DIR=(\S+)/.exec(shipped('Dockerfile'))![1];
    expect(container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toContain(
      dataDir,
    );
    expect(pod.spec.volumes.map((volume: Volume) => volume.persistentVolumeClaim?.claimName)).toContain(
      the('PersistentVolumeClaim').metadata.name,
    );
    expect(pod.spec.volumes.map((volume: Volume) => volume.secret?.secretName)).toContain(
      the('Secret').metadata.name,
    );
    expect(container.envFrom[0].configMapRef.name).toBe(the('ConfigMap').metadata.name);
  });

  test('name ports that the container has, and that the gateway listens on', () => {
    const ports: Port[] = container.ports;
    const named = ports.map(({ name }) => name);
    expect(Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort]))).toEqual({
      http: readConfig({}).port,
      metrics: Number(given.METRICS_PORT),
    });
    const used = [
      ...the('Service').spec.ports.map(({ targetPort }: Port) => targetPort),
      ...the('NetworkPolicy').spec.ingress.flatMap(({ ports }: { ports: Port[] }) =>
        ports.map(({ port }) => port),
      ),
      ...probes().map(({ httpGet }) => httpGet.port),
    ];
    expect(used.filter((name) => !named.includes(name))).toEqual([]);
    const ofService = the('Service').spec.ports.map(({ name }: Port) => name);
    for (const { port } of the('ServiceMonitor').spec.endpoints) expect(ofService).toContain(port);
  });

  test('select the pods of the deployment, and the service', () => {
    const { labels } = pod.metadata;
    const selectors: Labels[] = [
      the('Deployment').spec.selector.matchLabels,
      the('Service').spec.selector,
      the('PodDisruptionBudget').spec.selector.matchLabels,
      the('NetworkPolicy').spec.podSelector.matchLabels,
      ...pod.spec.topologySpreadConstraints.map(
        ({ labelSelector }: { labelSelector: { matchLabels: Labels } }) => labelSelector.matchLabels,
      ),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector);
    expect(the('Service').metadata.labels).toMatchObject(the('ServiceMonitor').spec.selector.matchLabels);
  });

  test('ask paths that the gateway has, and restart no gateway because of its database', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }: Probe) => httpGet.path);
    expect(paths).toEqual(['/healthcheck', '/healthcheck', '/ready']);
  });

  test('leave time to notice a stop, and to stop', () => {
    const { periodSeconds, failureThreshold } = container.readinessProbe;
    expect(Number(given.SHUTDOWN_DELAY)).toBeGreaterThan(periodSeconds * failureThreshold);
    const longest = Number(given.SHUTDOWN_DELAY) + Number(given.DRAIN_TIMEOUT) + 10;
    expect(pod.spec.terminationGracePeriodSeconds).toBeGreaterThan(longest);
  });

  test('let one pod stop at a time, and a new one be ready first', () => {
    expect(the('Deployment').spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(the('PodDisruptionBudget').spec.minAvailable).toBeLessThan(the('Deployment').spec.replicas);
  });

  test('run as the user of the image, without rights, on a read-only file system', () => {
    const [, user, group] = /^USER (\d+):(\d+)$/m.exec(shipped('Dockerfile'))!;
    expect(pod.spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: Number(user),
      runAsGroup: Number(group),
      fsGroup: Number(group),
    });
    expect(container.securityContext).toEqual({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });
});

type Model = new (manifest: unknown) => { validate(): void };

function modelOf({ apiVersion, kind }: Manifest): Model {
  const models = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  return (createRequire(import.meta.url)(`${models}/${apiVersion}`) as Record<string, Model>)[kind];
}

function probes(): Probe[] {
  return [container.startupProbe, container.livenessProbe, container.readinessProbe];
}
