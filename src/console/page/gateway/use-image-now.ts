import type { Client } from '@urql/core';
import { useClient } from 'urql';
import { failureIn } from './failure.js';
import { ImageToChangeDocument, type ImageToChangeQuery } from './operations.js';
import { useReadOnce } from './use-read-once.js';

/**
 * Reads an image anew: what a dialog says about it must not be old. The change names the revision for which it is meant.
 */
export function useImageNow(id: string) {
  const client = useClient();
  const { data: facts, ...state } = useReadOnce(() => readImage(client, id), id);
  return {
    ...state,
    /** Undefined until it is read; null when it is not there. */
    image: facts && (facts.image ?? null),
    facts,
  };
}

export type ImageNow = NonNullable<ImageToChangeQuery['image']>;

async function readImage(client: Client, id: string): Promise<ImageToChangeQuery> {
  const { data, error } = await client
    .query(ImageToChangeDocument, { id }, { requestPolicy: 'network-only' })
    .toPromise();
  const failure = failureIn(error);
  if (failure) throw failure;
  return data!;
}
