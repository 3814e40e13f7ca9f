import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './client.js';
import { gql, type ResultOf } from './gql.js';

const STATE = gql('query ($id: ID!) { image(id: $id) { status statusReason size checksum } }');

/** Returns what a front end sees of an image's life. */
export async function stateOf(
  gateway: { url: string },
  id: string,
): Promise<NonNullable<ResultOf<typeof STATE>['image']>> {
  return (await run(gateway, STATE, { id })).image!;
}

/** Returns the names of the files in the file store under a data folder. */
export async function storedFiles(folder: string): Promise<string[]> {
  return readdir(join(folder, 'images'));
}
