import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataOf } from './client.js';

/** What a front end sees of an image's life. */
export async function stateOf(gateway: { url: string }, id: string): Promise<any> {
  const query = 'query ($id: ID!) { image(id: $id) { status statusReason size checksum } }';
  return (await dataOf(gateway, query, { id })).image;
}

/** Names of the files in the file store under a data folder. */
export async function storedFiles(folder: string): Promise<string[]> {
  return readdir(join(folder, 'images'));
}
