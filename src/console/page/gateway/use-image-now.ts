import { useQuery } from 'urql';
import { failureIn } from './failure.js';
import { ImageToChangeDocument } from './operations.js';

/** Reads an image anew: what a dialog says about it must not be old. */
export function useImageNow(id: string) {
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query: ImageToChangeDocument,
    variables: { id },
    requestPolicy: 'network-only',
  });
  const isReading = fetching || stale;
  return {
    /** Undefined until it is read; null when it is not there. */
    image: isReading || error ? undefined : data?.image,
    facts: data,
    failure: isReading ? undefined : failureIn(error),
    again: () => ask({ requestPolicy: 'network-only' }),
  };
}

export type ImageNow = NonNullable<NonNullable<ReturnType<typeof useImageNow>['facts']>['image']>;
