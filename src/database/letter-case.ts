/** The part of a stored text that a text is compared with. */
export type TextPlace = 'whole' | 'contains' | 'startsWith';

/**
 * Returns a pattern of SQLite's GLOB that matches a text without regard to letter case. SQLite's own functions know only
 * the letter case of ASCII, so each letter becomes the set of the letters that equal it.
 */
export function globOf(text: string, place: TextPlace): string {
  const sets = Array.from(text, (character) => {
    const equal = lettersEqualTo(character);
    return equal.length > 1 || '*?['.includes(character) ? `[${equal}]` : character;
  });
  return `${place === 'contains' ? '*' : ''}${sets.join('')}${place === 'whole' ? '' : '*'}`;
}

/**
 * Returns a regular expression of MariaDB and MySQL that matches a text without regard to letter case. Each server folds
 * letters by its own tables, so each letter becomes the set of the letters that equal it.
 */
export function regexpOf(text: string, place: TextPlace): string {
  const sets = Array.from(text, (character) => {
    if (/[^\p{ASCII}]|[A-Za-z]/u.test(character)) return `[${lettersEqualTo(character)}]`;
    return /\d/.test(character) ? character : `\\${character}`;
  });
  return `${place === 'contains' ? '' : '\\A'}${sets.join('')}${place === 'whole' ? '\\z' : ''}`;
}

/** Returns true where the patterns above would match. */
export function containsAnyCase(text: string, part: string): boolean {
  return new RegExp(part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu').test(text);
}

/**
 * Returns the first text behind all that begin with a text, in the order of code points; undefined if there is none. The
 * tables hold only characters of at most three bytes in UTF-8.
 */
export function textBehind(text: string): string | undefined {
  for (let length = text.length; length > 0; length -= 1) {
    const code = text.charCodeAt(length - 1);
    if (code >= PLANE - 1) continue;
    // The codes in between are halves of characters, which stand in no text.
    const next = code === 0xd7ff ? 0xe000 : code + 1;
    return text.slice(0, length - 1) + String.fromCharCode(next);
  }
  return undefined;
}

const known = new Map<string, string>();
let lettersWithCase: string | undefined;

/**
 * Returns the letters that equal a letter without regard to letter case, itself among them, by Unicode's simple case
 * folding: `s`, `S` and `ſ` are equal, `ß` and `ss` are not, nor are `i` and `ı`, nor `e` and `é`.
 */
function lettersEqualTo(letter: string): string {
  const found = known.get(letter);
  if (found !== undefined) return found;
  lettersWithCase ??= Array.from({ length: PLANE }, (_, code) => String.fromCharCode(code))
    .filter((each) => /[\p{CWCM}\p{CWCF}]/u.test(each))
    .join('');
  const code = letter.codePointAt(0)!.toString(16);
  const equal = lettersWithCase.match(new RegExp(`\\u{${code}}`, 'giu'))?.join('') ?? letter;
  known.set(letter, equal);
  return equal;
}

/** The number of characters that the tables can hold: those of at most three bytes in UTF-8. */
const PLANE = 0x1_0000;
