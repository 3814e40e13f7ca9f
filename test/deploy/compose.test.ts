import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { namesOf, options, readConfig } from '../../src/config/read-config.js';
import { shipped } from '../support/shipped-proxies.js';

interface Service {
  image: string;
  environment: Record<string, string>;
  volumes: string[];
  ports?: string[];
  entrypoint?: string[];
  read_only?: boolean;
  stop_grace_period?: string;
  depends_on: Record<string, { condition: string }>;
  networks: { default: { ipv4_address: string } };
}

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
const { services, volumes } = parse(shipped('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const gateways = ['gateway-one', 'gateway-two'].map((name) => services[name]);

const isMissing = spawnSync('docker-compose', ['--version']).error !== undefined;
if (isMissing && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no docker-compose');

describe('deploy/compose.yaml', () => {
  test.skipIf(isMissing)('is valid by the judgement of docker-compose', () => {
    const { status, stderr } = spawnSync(
      'docker-compose',
      ['--file', `${DEPLOY}compose.yaml`, 'config', '--quiet'],
      {
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([0, '']);
  });

  test('gives both gateways the same options, which exist', () => {
    const [one, two] = gateways.map(({ environment }) => environment);
    expect(one).toEqual(two);
    const known = options.flatMap(namesOf);
    expect(Object.keys(one).filter((name) => !known.includes(name))).toEqual([]);
    const values = Object.fromEntries(
      Object.entries(one).map(([name, value]) =>
        name.endsWith('_FILE') ? [name.replace(/_FILE$/, ''), 'x'.repeat(64)] : [name, value],
      ),
    );
    expect(() => readConfig({ HOST: '0.0.0.0', ...values })).not.toThrow();
  });

  test('makes each secret that a gateway reads', () => {
    const files = Object.entries(gateways[0].environment)
      .filter(([name]) => name.endsWith('_FILE'))
      .map(([, path]) => path.replace('/run/secrets/', ''));
    const script = services.secrets.entrypoint!.at(-1)!;
    expect(/for name in (.*); do/.exec(script)![1].split(' ').sort()).toEqual(files.sort());
    expect(services.database.environment.MARIADB_PASSWORD_FILE).toBe(
      gateways[0].environment.DATABASE_PASSWORD_FILE,
    );
  });

  test('gives nginx the addresses of its configuration, and the gateways the address of nginx', () => {
    const hosts = [...shipped('nginx/glance-graphql.conf').matchAll(/server (\S+):(\d+) max_fails/g)];
    expect([...new Set(hosts.map(([, host]) => host))].sort()).toEqual(['gateway-one', 'gateway-two']);
    const [, port] = /listen (\d+);/.exec(shipped('nginx/glance-graphql.conf'))!;
    expect(services.nginx.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(gateways[0].environment.TRUSTED_PROXIES).toBe(services.nginx.networks.default.ipv4_address);
  });

  test('asks for readiness as the unit of systemd does, into the folder that nginx reads', () => {
    const [, unit] = /^ExecStart=(.*)$/m.exec(shipped('nginx/glance-graphql-ready.service'))!;
    expect(services.ready.entrypoint!.join(' ')).toBe(unit);
    const folder = services.ready.entrypoint![1];
    expect(shipped('nginx/glance-graphql.conf')).toContain(folder);
    expect(services.ready.volumes).toContain(`not-ready:${folder}`);
    expect(services.nginx.volumes).toContain(`not-ready:${folder}:ro`);
  });

  test('mounts files and volumes that exist', () => {
    for (const mount of Object.values(services).flatMap((service) => service.volumes)) {
      const [source] = mount.split(':');
      expect([
        source,
        source.startsWith('.') ? existsSync(resolve(DEPLOY, source)) : source in volumes,
      ]).toEqual([source, true]);
    }
  });

  test('runs gateways on a read-only file system, and gives them the time to stop', () => {
    for (const { read_only, stop_grace_period, environment } of gateways) {
      expect(read_only).toBe(true);
      const longest = Number(environment.SHUTDOWN_DELAY) + Number(environment.DRAIN_TIMEOUT) + 10;
      expect(Number.parseInt(stop_grace_period!)).toBeGreaterThan(longest);
    }
  });
});
