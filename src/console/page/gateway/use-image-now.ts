import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { failureIn, type Failure } from './failure.js';
import { ImageToChangeDocument, type ImageToChangeQuery } from './operations.js';

/**
 * Reads an image anew: what a dialog says about it must not be old. It stays as it was read, whatever others change
 * meanwhile: the change names the revision for which it is meant.
 */
export function useImageNow(id: string) {
  const client = useClient();
  const [facts, setFacts] = useState<ImageToChangeQuery>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    setFailure(undefined);
    const read = client.query(ImageToChangeDocument, { id }, { requestPolicy: 'network-only' }).toPromise();
    void read.then(({ data, error }) => {
      if (isOver) return;
      setFacts(error ? undefined : data);
      setFailure(failureIn(error));
    });
    return () => {
      isOver = true;
    };
  }, [id, tries]);
  return {
    /** Undefined until it is read; null when it is not there. */
    image: facts && (facts.image ?? null),
    facts,
    failure,
    again: () => setTries(tries + 1),
  };
}

export type ImageNow = NonNullable<ImageToChangeQuery['image']>;
