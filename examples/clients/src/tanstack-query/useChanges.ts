import { useQueryClient } from '@tanstack/react-query';
import { print } from 'graphql';
import { useEffect, useState } from 'react';
import { CHANGES } from '../documents';
import type { GatewayError } from '../errors';
import type { ChangesSubscription } from '../gql/graphql';
import { serverSentEvents } from '../live/server-sent-events';
import { changeImage } from './images';

/** Follows the changes of images, and puts them into the cache. Returns the ids of images that were created. */
export function useChanges(): { created: string[]; error?: GatewayError; reset(): void } {
  const cache = useQueryClient();
  const [created, setCreated] = useState<string[]>([]);
  const [error, setError] = useState<GatewayError>();
  useEffect(
    () =>
      serverSentEvents.subscribe<ChangesSubscription>(
        { query: print(CHANGES) },
        {
          next({ data, errors }) {
            if (errors) setError(errors[0]);
            if (!data) return;
            const { kind, imageId, image } = data.imageChanged;
            if (kind === 'CREATED') setCreated((ids) => [...ids, imageId]);
            changeImage(cache, imageId, image ?? undefined);
          },
          error: (problem) => setError(problem as Error),
          complete: () => undefined,
        },
      ),
    [cache],
  );
  return { created, error, reset: () => setCreated([]) };
}
