export type Json =
  string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Returns JSON as Python writes it (contract C0.6): with a space after each comma and colon, in ASCII. Clients compare
 * these bytes, and Content-Length counts them.
 */
export function pythonJson(value: Json): string {
  // Only strings hold characters beyond ASCII, so one replacement for the whole text is enough.
  return written(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function written(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const each of value as readonly Json[]) text += (text && ', ') + written(each);
    return `[${text}]`;
  }
  const members = value as { readonly [key: string]: Json };
  for (const key of Object.keys(members)) {
    text += `${text && ', '}${quoted(key)}: ${written(members[key])}`;
  }
  return `{${text}}`;
}

/** Most texts need no escape; this check is several times faster than JSON.stringify. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const PLAIN = /^[ !#-[\]-~]*$/;
