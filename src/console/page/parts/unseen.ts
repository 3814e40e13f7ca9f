import { texts } from '../texts/texts.js';

/** Returns true when a text has a character that a reader would miss. */
export function hasUnseen(text: string): boolean {
  return partsOf(text).some(({ mark }) => mark !== undefined);
}

/** Returns a text for the middle of a sentence, which nothing in it can turn round or blur. */
export function shownText(text: string): string {
  return partsOf(text)
    .map(({ shown }) => shown)
    .join('');
}

/** A run of characters as it is shown, and for one that would not be seen what it is. */
export interface VisiblePart {
  shown: string;
  mark?: string;
}

/** Splits a text into runs that are seen, and characters that are not, nor blanks at its ends. */
export function partsOf(text: string): readonly VisiblePart[] {
  const start = text.length - trimmedStart(text).length;
  let end = text.length;
  while (end > start && text[end - 1] === ' ') end -= 1;
  return [...blanks(start), ...unseenIn(text.slice(start, end)), ...blanks(text.length - end)];
}

/** Characters that nobody sees, that turn the direction of the text around them, or that look like a common blank. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0]/u;
const LINE_BREAKS = ['\n', '\r\n'];

function trimmedStart(text: string): string {
  return text.replace(/^ +/, '');
}

function blanks(count: number): VisiblePart[] {
  return count === 0 ? [] : [{ shown: '·'.repeat(count), mark: texts.blanks(count) }];
}

function unseenIn(text: string): VisiblePart[] {
  return text
    .split(/(\r\n|[^])/u)
    .filter((each) => each !== '')
    .reduce<VisiblePart[]>((parts, character) => {
      const last = parts.at(-1);
      if (UNSEEN.test(character) && !LINE_BREAKS.includes(character))
        parts.push({ shown: codeOf(character), mark: codeOf(character) });
      else if (last && last.mark === undefined) last.shown += character;
      else parts.push({ shown: character });
      return parts;
    }, []);
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
