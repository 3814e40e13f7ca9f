import { useEffect, useRef, useState } from 'react';
import { Button, Input, SearchField as Field } from 'react-aria-components';
import { useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { readAddress, writeAddress } from '../list/address.js';
import { texts } from '../texts/texts.js';

/** The pause in typing after which a search begins. */
const PAUSE_MS = 200;
/** The gateway takes so many characters. */
const LONGEST = 100;

export const SEARCH_FIELD = 'search';

/** Searches while one types. The words are part of the address of the list. */
export function SearchField() {
  const [, navigate] = useLocation();
  const inAddress = readAddress(useSearch()).search;
  const [typed, setTyped] = useState(inAddress);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Back, forward and "Clear filters" change the address too.
  useEffect(() => setTyped(inAddress), [inAddress]);
  useEffect(() => () => clearTimeout(waiting.current), []);

  // The address may have changed since the words were typed.
  const search = (words: string) => {
    clearTimeout(waiting.current);
    const { pathname, search: query } = window.location;
    const isOnList = pathname === '/console/images';
    const address = readAddress(query);
    if (words === address.search && isOnList) return;
    navigate(`/images${writeAddress({ ...address, search: words })}`, { replace: isOnList });
  };
  return (
    <Field
      className="search"
      aria-label={texts.search}
      value={typed}
      maxLength={LONGEST}
      onChange={(words) => {
        setTyped(words);
        clearTimeout(waiting.current);
        waiting.current = setTimeout(() => search(words), PAUSE_MS);
      }}
      onSubmit={search}
      onClear={() => search('')}
    >
      <Input id={SEARCH_FIELD} placeholder={texts.searchHint} />
      <Button className="icon-button" aria-label={texts.clearSearch}>
        <span aria-hidden="true">✕</span>
      </Button>
    </Field>
  );
}
