import { useEffect, useState } from 'react';
import type { Failure } from './failure.js';

/**
 * Reads something once for a dialog. It stays as it was read, whatever others change meanwhile.
 *
 * @param read throws Failure
 * @param key names what is read: another one is read anew
 */
export function useReadOnce<Data>(read: () => Promise<Data>, key: string) {
  const [data, setData] = useState<Data>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    setFailure(undefined);
    read().then(
      (found) => !isOver && setData(found),
      (error: Failure) => !isOver && setFailure(error),
    );
    return () => {
      isOver = true;
    };
  }, [key, tries]);
  return { data, failure, again: () => setTries(tries + 1) };
}
