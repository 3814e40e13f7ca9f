import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { isTyping } from '../parts/typing.js';
import { usePreferences } from '../use-preferences.js';
import { SEARCH_FIELD } from './search-field.js';

/** The time in which the second key follows `g`. */
const SEQUENCE_MS = 1500;

/** Single keys for the screens. They never act in fields, and can be switched off (WCAG 2.1.4). */
export function Shortcuts() {
  const { keys } = usePreferences();
  const [, navigate] = useLocation();
  useEffect(() => {
    if (keys === 'off') return;
    let goes = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const isSecond = Date.now() - goes < SEQUENCE_MS;
      goes = event.key === 'g' ? Date.now() : 0;
      if (event.key === '/') document.getElementById(SEARCH_FIELD)?.focus();
      else if (event.key === '?') navigate('/help');
      else if (event.key === 'n') navigate('/new?from=file');
      else if (event.key === 'i' && isSecond) navigate('/images');
      else if (event.key === 't' && isSecond) navigate('/transfers');
      else if (event.key === 'o' && isSecond) navigate('/inbox');
      else if (event.key === 'j' || event.key === 'k') focusTable();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [keys, navigate]);
  return null;
}

/** The table itself moves the focus from row to row. */
function focusTable(): void {
  document.querySelector<HTMLElement>('.grid-body [tabindex="0"]')?.focus();
}
