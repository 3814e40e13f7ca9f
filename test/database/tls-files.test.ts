import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { certificateAuthority } from '../support/certificates.js';
import { called } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ca = certificateAuthority(folder, 'ca');
const client = ca.issue('client', 'DNS:gateway');
const [missing, empty] = [join(folder, 'missing.pem'), join(folder, 'empty.pem')];
writeFileSync(empty, '');
const NO_CERTIFICATE = 'expected a certificate in PEM form';

test.each([
  ['ssl-ca', missing, 'cannot be read (ENOENT)', ''],
  ['ssl-ca', folder, 'cannot be read (EISDIR)', ''],
  ['ssl-ca', empty, NO_CERTIFICATE, ''],
  ['ssl-ca', ca.key, NO_CERTIFICATE, ''],
  ['ssl-key', missing, 'cannot be read (ENOENT)', `&ssl-cert=${client.cert}`],
  [
    'ssl-key',
    ca.cert,
    'expected a private key in PEM form, without a passphrase',
    `&ssl-cert=${client.cert}`,
  ],
  ['ssl-key', ca.key, `expected the key of the certificate in ${client.cert}`, `&ssl-cert=${client.cert}`],
])('%s=%s in DATABASE_URL: %s', async (parameter, path, problem, others) => {
  const url = `mysql://root@127.0.0.1/images?ssl-mode=VERIFY_CA&${parameter}=${path}${others}`;
  for (const command of ['check', 'serve']) {
    const { code, stderr } = await called([command], { DATA_DIR: folder, DATABASE_URL: url });
    const line = `glance-graphql: DATABASE_URL: ${parameter}=${path}: ${problem}\n`;
    expect([code, stderr]).toEqual([1, line]);
  }
});
