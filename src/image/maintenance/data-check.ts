import { createHash, getHashes } from 'node:crypto';
import type { Store, StoredData } from '../../store/store.js';
import { StoreError } from '../../store/store.js';
import type { ImageRow } from '../records/image-columns.js';

/** The result of reading data again. */
export type DataCheck =
  /** The data is as its record says. */
  | { outcome: 'intact' }
  /** The data has the recorded size, and there is no digest to compare with. */
  | { outcome: 'undigested' }
  /** The compared fact (`size`, or the name of a digest), with its values in the record and in the store. */
  | { outcome: 'damaged'; compared: string; recorded: string; actual: string }
  | { outcome: 'missing' };

export interface DataReader {
  onBytes?: (count: number) => void;
  signal?: AbortSignal;
}

/**
 * Reads data from its store and compares size and digest with the image's record: the digest that is recorded with its
 * algorithm, else the MD5 of older Glances.
 *
 * @throws the failure of the store, except for missing data; the reason of the signal
 */
export async function checkData(
  store: Store,
  location: string,
  image: ImageRow,
  reader: DataReader,
): Promise<DataCheck> {
  let data: StoredData;
  try {
    data = await store.open(location, reader.signal);
  } catch (error) {
    if (error instanceof StoreError && error.fault === 'missing') return { outcome: 'missing' };
    throw error;
  }
  try {
    return await compared(data, image, reader);
  } finally {
    await data.close();
  }
}

async function compared(data: StoredData, image: ImageRow, reader: DataReader): Promise<DataCheck> {
  const size = image.size === null ? data.size : Number(image.size);
  if (data.size !== size) return damaged('size', size, data.size);
  const digest = recordedDigest(image);
  const hash = createHash(digest?.algorithm ?? 'md5');
  let read = 0;
  for await (const piece of data.size > 0 ? data.read({ start: 0, end: data.size - 1 }) : []) {
    hash.update(piece);
    read += piece.length;
    reader.onBytes?.(piece.length);
  }
  if (read !== size) return damaged('size', size, read);
  if (!digest) return { outcome: 'undigested' };
  const actual = hash.digest('hex');
  return actual === digest.value ? { outcome: 'intact' } : damaged(digest.algorithm, digest.value, actual);
}

function recordedDigest(image: ImageRow): { algorithm: string; value: string } | undefined {
  const { hashAlgorithm, hashValue, checksum } = image;
  const algorithm = String(hashAlgorithm ?? '');
  if (typeof hashValue === 'string' && getHashes().includes(algorithm))
    return { algorithm, value: hashValue.toLowerCase() };
  return MD5.test(checksum ?? '') ? { algorithm: 'md5', value: checksum!.toLowerCase() } : undefined;
}

/** The form of an MD5: the column holds any text. */
const MD5 = /^[0-9a-f]{32}$/i;

function damaged(what: string, recorded: string | number, actual: string | number): DataCheck {
  return { outcome: 'damaged', compared: what, recorded: String(recorded), actual: String(actual) };
}
