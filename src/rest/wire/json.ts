export type Json =
  string | number | bigint | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON as Python writes it (contract C0.6): a blank after comma and colon, nothing but ASCII. Clients compare
 * such bytes, and Content-Length counts them.
 */
export function pythonJson(value: Json): string {
  if (typeof value === 'string') return pythonString(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((each: Json) => pythonJson(each)).join(', ')}]`;
  const members = Object.entries(value).map(
    ([key, each]) => `${pythonString(key)}: ${pythonJson(each as Json)}`,
  );
  return `{${members.join(', ')}}`;
}

function pythonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
