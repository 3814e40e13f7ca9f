import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { certificateAuthority, type Certificate } from '../support/certificates.js';
import { createActiveImage } from '../support/client.js';
import { called } from '../support/command.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand, spawnGateway } from '../support/process.js';
import { onMysqlServer } from '../support/sql.js';

describe.skipIf(inject('mysqlServer') === '')('TLS to the database', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const DATA_DIR = join(folder, 'data');
  const ca = certificateAuthority(folder, 'ca');
  const foreign = certificateAuthority(folder, 'foreign');
  const forAddress = ca.issue('address', 'IP:127.0.0.1');
  const forName = ca.issue('name', 'DNS:localhost');
  const expired = ca.issue('expired', 'IP:127.0.0.1,DNS:localhost', -1);
  const client = ca.issue('client', 'DNS:gateway');
  const foreignClient = foreign.issue('foreign-client', 'DNS:gateway');
  const shown = { cert: join(folder, 'server.pem'), key: join(folder, 'server.key') };
  let server: MysqlServer;
  let plain: MysqlServer;

  beforeAll(async () => {
    show(forAddress);
    server = await startMysqlServer(undefined, [
      `--ssl-ca=${ca.cert}`,
      `--ssl-cert=${shown.cert}`,
      `--ssl-key=${shown.key}`,
    ]);
    plain = await startMysqlServer(
      undefined,
      process.env.TEST_MYSQL_SERVER ? ['--tls-version='] : ['--skip-ssl'],
    );
    for (const { url } of [server, plain]) await onMysqlServer(url, 'CREATE DATABASE images');
    for (const [user, kind] of [
      ['encrypted', 'SSL'],
      ['certified', 'X509'],
    ]) {
      await onMysqlServer(server.url, `CREATE USER ${user}@'127.0.0.1' REQUIRE ${kind}`);
      await onMysqlServer(server.url, `GRANT ALL ON images.* TO ${user}@'127.0.0.1'`);
    }
  });
  afterAll(async () => {
    await endAll();
    await server?.stop();
    await plain?.stop();
    rmSync(folder, { recursive: true });
  });

  function show(certificate: Certificate): void {
    copyFileSync(certificate.cert, shown.cert);
    copyFileSync(certificate.key, shown.key);
  }

  /** Makes the server show another certificate to new connections. */
  async function serverShows(certificate: Certificate): Promise<void> {
    show(certificate);
    await onMysqlServer(
      server.url,
      process.env.TEST_MYSQL_SERVER ? 'ALTER INSTANCE RELOAD TLS' : 'FLUSH SSL',
    );
  }

  const urlOf = (parameters: string, { user = 'encrypted', host = '127.0.0.1', port = server.port } = {}) =>
    `mysql://${user}@${host}:${port}/images?${parameters}`;
  const check = async (url: string) => {
    const { code, stdout, stderr } = await called(['check'], { DATA_DIR, DATABASE_URL: url });
    return { code, text: stdout + stderr };
  };

  test('a connection without ssl-mode is not encrypted', async () => {
    expect((await check(urlOf('', { user: 'root' }))).code).toBe(0);
    const { code, text } = await check(urlOf(''));
    expect([code, text]).toEqual([1, expect.stringContaining('Access denied')]);
  });

  const verified = (mode: string, authority = ca.cert) => `ssl-mode=${mode}&ssl-ca=${authority}`;
  const UNKNOWN_CA = 'self-signed certificate in certificate chain';

  test.each([
    ['REQUIRED: any server', 'ssl-mode=REQUIRED', forAddress],
    ['required: any server', 'ssl-mode=required', forName],
    ['VERIFY_CA: the right CA', verified('VERIFY_CA'), forAddress],
    ['verify_ca: another name', verified('verify_ca'), forName],
    ['VERIFY_IDENTITY: the right address', verified('VERIFY_IDENTITY'), forAddress],
    ['VERIFY_IDENTITY: the right name', verified('VERIFY_IDENTITY'), forName, 'localhost'],
  ])('%s is accepted, and the connection is encrypted', async (_, parameters, certificate, host?: string) => {
    await serverShows(certificate);
    const { code, text } = await check(urlOf(parameters, { host }));
    expect([code, text]).toEqual([0, expect.stringContaining('can run here')]);
  });

  test.each([
    ['VERIFY_CA: another CA', verified('VERIFY_CA', foreign.cert), forAddress, UNKNOWN_CA],
    ["VERIFY_CA: a CA that is not the system's", 'ssl-mode=VERIFY_CA', forAddress, UNKNOWN_CA],
    ['VERIFY_IDENTITY: another CA', verified('VERIFY_IDENTITY', foreign.cert), forAddress, UNKNOWN_CA],
    ['VERIFY_IDENTITY: another address', verified('VERIFY_IDENTITY'), forName, 'IP: 127.0.0.1 is not in'],
    [
      'VERIFY_IDENTITY: another name',
      verified('VERIFY_IDENTITY'),
      forAddress,
      'Host: localhost',
      'localhost',
    ],
  ])('%s is refused', async (_, parameters, certificate, reason, host?: string) => {
    await serverShows(certificate);
    const { code, text } = await check(urlOf(parameters, { host }));
    expect([code, text]).toEqual([1, expect.stringMatching(new RegExp(`TLS failed: .*${reason}`))]);
  });

  // MySQL refuses to show such a certificate.
  test.skipIf(process.env.TEST_MYSQL_SERVER)(
    'an expired certificate is refused when it is verified',
    async () => {
      await serverShows(expired);
      for (const mode of ['VERIFY_CA', 'VERIFY_IDENTITY']) {
        const { code, text } = await check(urlOf(verified(mode)));
        expect([code, text]).toEqual([1, expect.stringContaining('TLS failed: certificate has expired')]);
      }
      expect((await check(urlOf('ssl-mode=REQUIRED'))).code).toBe(0);
    },
  );

  test('a user that needs a certificate logs in with it, and not without', async () => {
    await serverShows(forAddress);
    const withCertificate = ({ cert, key }: Certificate) =>
      urlOf(`${verified('VERIFY_IDENTITY')}&ssl-cert=${cert}&ssl-key=${key}`, { user: 'certified' });
    expect((await check(withCertificate(client))).code).toBe(0);
    const without = await check(urlOf(verified('VERIFY_IDENTITY'), { user: 'certified' }));
    expect([without.code, without.text]).toEqual([1, expect.stringContaining('Access denied')]);
    const withForeign = await check(withCertificate(foreignClient));
    expect([withForeign.code, withForeign.text]).toEqual([1, expect.stringContaining('cannot be used: ')]);
  });

  test('a gateway serves over TLS, and TypeORM on the command line uses it too', async () => {
    await serverShows(forAddress);
    const DATABASE_URL = urlOf(verified('VERIFY_IDENTITY'));
    const gateway = await spawnGateway({ DATA_DIR, DATABASE_URL });
    await createActiveImage(gateway, 'data');
    gateway.kill('SIGTERM');
    await gateway.ended;
    const { stdout } = spawnSync('npm', ['run', 'typeorm', '--', 'query', "SHOW STATUS LIKE 'Ssl_cipher'"], {
      encoding: 'utf8',
      env: { ...process.env, DATA_DIR, DATABASE_URL },
    });
    expect(stdout).toMatch(/Value: '(TLS|ECDHE)[\w-]+'/);
  });

  test('the certificate is compared with the host in use, of several', async () => {
    await serverShows(forAddress);
    const gateway = await spawnGateway({
      DATA_DIR,
      DATABASE_URL: `mysql://encrypted@127.0.0.1:${server.port},localhost:${server.port}/images?${verified('VERIFY_IDENTITY')}`,
    });
    await createActiveImage(gateway, 'data');
    await serverShows(forName);
    await cutConnections();
    await createActiveImage(gateway, 'data');
    const move = /^moved from database host 127\.0\.0\.1:\d+ to localhost:\d+: TLS failed: /;
    await eventually(() => gateway.log().some(({ msg }) => move.test(msg)));
    await serverShows(forAddress);
    await cutConnections();
    await createActiveImage(gateway, 'data');
    gateway.kill('SIGTERM');
    await gateway.ended;
  });

  test('the files of certificates are read again on SIGHUP', async () => {
    const trusted = join(folder, 'trusted.pem');
    copyFileSync(ca.cert, trusted);
    await serverShows(forAddress);
    const gateway = await spawnGateway({
      DATA_DIR,
      DATABASE_URL: urlOf(verified('VERIFY_IDENTITY', trusted)),
    });
    await createActiveImage(gateway, 'data');
    copyFileSync(foreign.cert, trusted);
    gateway.kill('SIGHUP');
    await eventually(async () => {
      await cutConnections();
      const failure = await createActiveImage(gateway, 'data').catch((error: unknown) => String(error));
      return failure.includes('DATABASE_UNAVAILABLE');
    });
    writeFileSync(trusted, 'no certificate');
    gateway.kill('SIGHUP');
    await eventually(() =>
      gateway.log().some(({ msg }) => msg.includes('keeps its host and its certificates')),
    );
    copyFileSync(ca.cert, trusted);
    gateway.kill('SIGHUP');
    await eventually(() => createActiveImage(gateway, 'data').catch(() => undefined));
    gateway.kill('SIGTERM');
    await gateway.ended;
  });

  /** Ends the connections of the gateways, so that they make new ones. */
  async function cutConnections(): Promise<void> {
    const connection = await createConnection(server.url);
    const [rows] = await connection.query<RowDataPacket[]>('SHOW PROCESSLIST');
    for (const { Id } of rows.filter(({ User }) => User === 'encrypted'))
      await connection.query(`KILL ${Id}`);
    await connection.end();
  }

  test('a server without TLS is refused by every command with one line', async () => {
    const DATABASE_URL = `mysql://root@127.0.0.1:${plain.port}/images?ssl-mode=REQUIRED`;
    const reason = 'the server has no TLS, and ssl-mode in DATABASE_URL asks for it';
    for (const command of ['serve', 'migrate', 'sweep']) {
      const { code, stderr } = await runCommand([command], { DATA_DIR, DATABASE_URL });
      expect([code, stderr]).toEqual([1, `glance-graphql: The database cannot be reached. (${reason})\n`]);
    }
    const { code, text } = await check(DATABASE_URL);
    expect([code, text]).toEqual([1, expect.stringContaining(`The database cannot be used: ${reason}.`)]);
  });
});
