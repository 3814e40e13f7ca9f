import { useEffect, useState } from 'react';
import type { Client } from '@urql/core';
import { useClient } from 'urql';
import { failureIn, type Failure } from '../../gateway/failure.js';
import { ImagesNowDocument, type ImageRowFragment } from '../../gateway/operations.js';
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
  const [read, setRead] = useState<Read>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    setFailure(undefined);
    readImages(client, ids).then(
      (found) => !isOver && setRead(found),
      (error: Failure) => !isOver && setFailure(error),
    );
    return () => {
      isOver = true;
    };
    // The ids of a dialog stay the same.
  }, [tries]);
  return { images: read?.images, keptSeconds: read?.keptSeconds, failure, again: () => setTries(tries + 1) };
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
