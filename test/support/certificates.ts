import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The PEM files of a certificate and its key. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface CertificateAuthority extends Certificate {
  /** Issues a certificate for these names, such as `IP:127.0.0.1`; with negative days it has expired. */
  issue(name: string, subjectAltName: string, days?: number): Certificate;
}

/** Makes a CA whose files lie in a folder. */
export function certificateAuthority(folder: string, name: string): CertificateAuthority {
  const own = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  openssl('req', '-x509', ...NEW_KEY, own.key, '-out', own.cert, '-subj', `/CN=${name}`, '-days', '2');
  return {
    ...own,
    issue(subject, subjectAltName, days = 2) {
      const issued = { cert: join(folder, `${subject}.pem`), key: join(folder, `${subject}.key`) };
      const request = join(folder, `${subject}.csr`);
      const extensions = join(folder, `${subject}.ext`);
      writeFileSync(extensions, `subjectAltName=${subjectAltName}\n`);
      openssl('req', ...NEW_KEY, issued.key, '-out', request, '-subj', `/CN=${subject}`);
      const signedBy = ['-CA', own.cert, '-CAkey', own.key, '-CAcreateserial', '-extfile', extensions];
      openssl('x509', '-req', '-in', request, '-out', issued.cert, ...signedBy, '-days', String(days));
      return issued;
    },
  };
}

const NEW_KEY = ['-newkey', 'rsa:2048', '-nodes', '-keyout'];

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]} failed: ${stderr}`);
}
