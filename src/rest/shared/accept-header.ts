/**
 * Returns the format of an error body for the request's Accept (contract C5.3). HTML goes before JSON if the client
 * gives both the same quality. A client that accepts neither gets plain text. A malformed Accept accepts everything.
 */
export function formatWanted(accept = ''): 'html' | 'json' | 'plain' {
  const ranges = accept
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(mediaRange);
  if (ranges.includes(undefined)) return 'html';
  const html = quality('text', 'html', ranges as MediaRange[]);
  const json = quality('application', 'json', ranges as MediaRange[]);
  if (html === 0 && json === 0) return 'plain';
  return json > html ? 'json' : 'html';
}

interface MediaRange {
  type: string;
  subtype: string;
  quality: number;
  /** A range with parameters matches only media types with these parameters; ours have none. */
  hasParameters: boolean;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const RANGE = new RegExp(`^(${TOKEN})/(${TOKEN})((?:\\s*;\\s*${TOKEN}(?:=(?:${TOKEN}|"[^"]*"))?)*)$`);

function mediaRange(text: string): MediaRange | undefined {
  const match = RANGE.exec(text.trim());
  if (!match) return undefined;
  const [, type, subtype, parameters] = match;
  const weight = /;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)/i.exec(parameters);
  const before = weight ? parameters.slice(0, weight.index) : parameters;
  return {
    type: type.toLowerCase(),
    subtype: subtype.toLowerCase(),
    quality: weight ? Number(weight[1]) : 1,
    hasParameters: before.trim() !== '',
  };
}

/** Returns the quality that the most precise matching range gives to a type; 0 without a matching range. */
function quality(type: string, subtype: string, ranges: readonly MediaRange[]): number {
  let precision = 0;
  let found = 0;
  for (const range of ranges) {
    const here = range.hasParameters ? 0 : precisionOf(range, type, subtype);
    if (here === 0 || here < precision) continue;
    found = here === precision ? Math.max(found, range.quality) : range.quality;
    precision = here;
  }
  return found;
}

function precisionOf(range: MediaRange, type: string, subtype: string): number {
  if (range.type === type && range.subtype === subtype) return 3;
  if (range.type === type && range.subtype === '*') return 2;
  return range.type === '*' && range.subtype === '*' ? 1 : 0;
}
