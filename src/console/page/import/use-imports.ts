import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { useStart } from '../shell/start.js';
import { sayNotLoaded } from '../upload/uploads-of-page.js';
import type { Imports } from './imports.js';
import { importsFor } from './imports-of-page.js';

/** Returns the imports of this page; undefined until their code is loaded. */
export function useImports(isWanted = true): Imports | undefined {
  const client = useClient();
  const { viewer } = useStart();
  const [imports, setImports] = useState<Imports>();
  useEffect(() => {
    if (isWanted) importsFor(client, viewer).then(setImports, sayNotLoaded);
  }, [client, viewer, isWanted]);
  return imports;
}
