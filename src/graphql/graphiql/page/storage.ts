const LISTS = ['queries', 'favorites'];

/**
 * The browser's storage for all that GraphiQL keeps, but for the headers in its history: they may hold a token,
 * and `shouldPersistHeaders` is about the tabs only.
 */
export const storageWithoutHeaders: Storage = new Proxy(localStorage, {
  get(target, name) {
    if (name === 'setItem') {
      return (key: string, value: string) => target.setItem(key, withoutHeaders(key, value));
    }
    const found = Reflect.get(target, name) as unknown;
    return typeof found === 'function' ? (found.bind(target) as unknown) : found;
  },
});

function withoutHeaders(key: string, value: string): string {
  const list = LISTS.find((name) => key === `graphiql:${name}`);
  if (!list) return value;
  const kept = JSON.parse(value) as Record<string, { headers?: string }[]>;
  return JSON.stringify({ [list]: kept[list].map((item) => ({ ...item, headers: undefined })) });
}
