export type Json =
  string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON as Python writes it (contract C0.6): a blank after comma and colon, nothing but ASCII. Clients compare
 * such bytes, and Content-Length counts them.
 */
export function pythonJson(value: Json): string {
  // Beyond ASCII there is nothing but within strings: one look over the whole instead of one for each of them.
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

/** Most texts hold nothing that must be escaped, and JSON.stringify costs several times this look at them. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const PLAIN = /^[ !#-[\]-~]*$/;
