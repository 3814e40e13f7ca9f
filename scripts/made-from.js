import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

/** Returns a digest of texts: what a build is made from. */
export function digestOf(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}

/** Returns true when the file says that a build was made from the sources with this digest. */
export function isMadeFrom(file, digest) {
  return existsSync(file) && readFileSync(file, 'utf8') === digest;
}

/** Replaces a file at once, so that a gateway that starts meanwhile never reads half of it. */
export async function write(path, content) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}
