import { useRef } from 'react';

/** Returns data that stays while a question for newer data fails: urql drops it then. */
export function useKept<Data>(data: Data | undefined, key: unknown = undefined): Data | undefined {
  const kept = useRef({ data, key });
  if (data !== undefined || kept.current.key !== key) kept.current = { data, key };
  return kept.current.data;
}
