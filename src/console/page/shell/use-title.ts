import { useEffect } from 'react';
import { texts } from '../texts/texts.js';

/** Gives the page the title of what it shows. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined || title === texts.title ? texts.title : texts.titleOf(title);
  }, [title]);
}
