import type { Client } from '@urql/core';
import { useClient } from 'urql';
import { failureIn } from '../../gateway/failure.js';
import { ImagesNowDocument, type ImageRowFragment } from '../../gateway/operations.js';
import { useReadOnce } from '../../gateway/use-read-once.js';
import { MOST_IDS } from '../send-change.js';

/** The images of a bulk change by their ids, in their order; null for one that is not there. */
export type ImagesNow = ReadonlyMap<string, ImageRowFragment | null>;

interface Read {
  images: ImagesNow;
  /** Seconds for which the data of deleted images is kept; undefined where it is not. */
  keptSeconds: number | undefined;
}

/** Reads images anew: what a preview says about them must not be old. */
export function useImagesNow(ids: readonly string[]) {
  const client = useClient();
  const { data, ...state } = useReadOnce(() => readImages(client, ids), ids.join());
  return { ...state, images: data?.images, keptSeconds: data?.keptSeconds };
}

async function readImages(client: Client, ids: readonly string[]): Promise<Read> {
  const images = new Map<string, ImageRowFragment | null>();
  let keptSeconds: number | undefined;
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const part = ids.slice(at, at + MOST_IDS);
    const { data, error } = await client
      .query(ImagesNowDocument, { ids: part }, { requestPolicy: 'network-only' })
      .toPromise();
    const failure = failureIn(error);
    if (failure) throw failure;
    part.forEach((id, nth) => images.set(id, (data!.nodes[nth] as ImageRowFragment | null) ?? null));
    keptSeconds = data!.gateway.deletion?.delayedSeconds;
  }
  return { images, keptSeconds };
}
