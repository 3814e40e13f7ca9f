import type { Client } from '@urql/core';
import { MOST_IDS, sent } from '../change/send-change.js';
import { ask } from '../gateway/client.js';
import { failureIn } from '../gateway/failure.js';
import { ImportImageDocument, ImportsNowDocument, type ImportedFragment } from '../gateway/operations.js';
import { createOnce } from '../upload/create-once.js';
import { ownerOf } from '../parts/owned-work.js';
import type { ImportRecord } from './import-records.js';

/**
 * Creates the image, unless it is there, and has the gateway import its data.
 *
 * @param keep changes the record
 * @throws Failure
 */
export async function orderImport(
  client: Client,
  { id, input, store, isCreated }: ImportRecord,
  address: string,
  keep: (part: Partial<ImportRecord>) => void,
): Promise<ImportedFragment> {
  if (!isCreated) {
    await createOnce(client, input);
    keep({ isCreated: true });
  }
  // The log names the import by this id, also when it fails long after the answer.
  const noted: typeof fetch = async (...asked) => {
    const response = await ask(...asked);
    keep({ requestId: response.headers.get('x-openstack-request-id') });
    return response;
  };
  const variables = { id, url: address, store };
  return (await sent(client, ImportImageDocument, variables, { fetch: noted })).importImage;
}

/**
 * Reads the images of imports; null for one that is not there.
 *
 * @param by the user whose imports they are: to another one an image may not be there, which says nothing
 * @returns those that could be read
 */
export async function imagesNow(
  client: Client,
  by: string,
  ids: readonly string[],
): Promise<Map<string, ImportedFragment | null>> {
  const images = new Map<string, ImportedFragment | null>();
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const part = ids.slice(at, at + MOST_IDS);
    const { data, error } = await client
      .query(ImportsNowDocument, { ids: part }, { requestPolicy: 'network-only' })
      .toPromise();
    if (failureIn(error) || !data || ownerOf(data.viewer) !== by) return images;
    part.forEach((id, nth) => images.set(id, (data.nodes[nth] as ImportedFragment | null) ?? null));
  }
  return images;
}
