import { useEffect, useState } from 'react';
import { useQuery, type TypedDocumentNode } from 'urql';

/** The pause in typing after which suggestions are asked for. */
const PAUSE_MS = 200;
/** The gateway takes so many characters. */
const LONGEST = 100;

/** Texts to choose from: how many images have each, or what each stands for. */
export type Suggestions = readonly ({ value: string } & ({ count: number } | { label: string }))[];

/** Asks for texts in use while one types. None come where the gateway is too busy: they are help, and no more. */
export function useSuggestions<Data, Variables extends { search?: string | null }>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'search'>,
  typed: string,
  isWanted: boolean,
): Data | undefined {
  const [search, setSearch] = useState(typed);
  useEffect(() => {
    const waiting = setTimeout(() => setSearch(typed), PAUSE_MS);
    return () => clearTimeout(waiting);
  }, [typed]);
  const words = search.trim().slice(0, LONGEST);
  const [{ data }] = useQuery({
    query,
    variables: { ...variables, search: words === '' ? null : words } as Variables,
    pause: !isWanted || words.split(/\s+/).length > MOST_WORDS,
  });
  return data;
}

const MOST_WORDS = 8;
