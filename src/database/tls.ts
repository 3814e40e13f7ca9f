import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, isIP, type Socket } from 'node:net';

/** The modes of MySQL's `ssl-mode` in which a connection is encrypted. */
export const TLS_MODES = ['REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** The way to encrypt connections, with the paths of PEM files. */
export interface TlsFiles {
  mode: TlsMode;
  /** The CA certificates that sign the server's. Undefined: those that Node.js trusts. */
  ca?: string;
  /** The certificate of the gateway itself. */
  cert?: string;
  key?: string;
}

export function isTlsMode(text: string): text is TlsMode {
  return (TLS_MODES as readonly string[]).includes(text);
}

/** A file that a parameter of DATABASE_URL names cannot be used. The message names the parameter and the path. */
export class TlsFileError extends Error {
  constructor(parameter: string, path: string, problem: string) {
    super(`DATABASE_URL: ${parameter}=${path}: ${problem}`);
  }
}

/**
 * Reads the files, and returns the options of MySQL's driver.
 *
 * @throws TlsFileError
 */
export function tlsOptions({ mode, ca, cert, key }: TlsFiles) {
  const certificate = cert === undefined ? undefined : readCertificate('ssl-cert', cert);
  const privateKey = key === undefined ? undefined : readKey(key);
  if (certificate && privateKey && !certificate.parsed.checkPrivateKey(privateKey.parsed))
    throw new TlsFileError('ssl-key', key!, `expected the key of the certificate in ${cert}`);
  return {
    ca: ca === undefined ? undefined : readCertificate('ssl-ca', ca).pem,
    cert: certificate?.pem,
    key: privateKey?.pem,
    rejectUnauthorized: mode !== 'REQUIRED',
    verifyIdentity: mode === 'VERIFY_IDENTITY',
  };
}

/**
 * Opens the socket of a connection whose server has to prove its identity. Node.js compares the certificate with the
 * name that the socket looked up. A socket to an address looked up no name; the driver gives none either, and Node.js
 * would compare the certificate with `localhost`.
 */
export function identifiedSocket({ config }: { config: { host: string; port: number } }): Socket {
  const socket = connect(config.port, config.host).setNoDelay(true).setKeepAlive(true);
  if (isIP(config.host)) Object.assign(socket, { _host: config.host });
  return socket;
}

function readCertificate(parameter: string, path: string): { pem: string; parsed: X509Certificate } {
  const pem = readPem(parameter, path);
  try {
    return { pem, parsed: new X509Certificate(pem) };
  } catch {
    throw new TlsFileError(parameter, path, 'expected a certificate in PEM form');
  }
}

function readKey(path: string): { pem: string; parsed: KeyObject } {
  const pem = readPem('ssl-key', path);
  try {
    return { pem, parsed: createPrivateKey(pem) };
  } catch {
    throw new TlsFileError('ssl-key', path, 'expected a private key in PEM form, without a passphrase');
  }
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new TlsFileError(parameter, path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
