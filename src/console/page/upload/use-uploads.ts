import { useEffect, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { HashAlgorithmDocument } from '../gateway/operations.js';
import { useStart } from '../shell/start.js';
import type { Uploads } from './uploads.js';
import { sayNotLoaded, uploadsFor } from './uploads-of-page.js';

/** Returns the uploads of this page; undefined until their code is loaded, and where the gateway takes none. */
export function useUploads(isWanted = true): Uploads | undefined {
  const client = useClient();
  const { viewer } = useStart();
  const [{ data }] = useQuery({ query: HashAlgorithmDocument, pause: !isWanted });
  const [uploads, setUploads] = useState<Uploads>();
  const algorithm = data?.gateway.resumable ? data.gateway.hashAlgorithm : undefined;
  useEffect(() => {
    if (algorithm) uploadsFor(client, viewer, algorithm).then(setUploads, sayNotLoaded);
  }, [client, viewer, algorithm]);
  return uploads;
}
