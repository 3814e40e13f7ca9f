const LISTS = ['queries', 'favorites'];

/**
 * The browser's storage without the headers in GraphiQL's history. They may contain a token, and `shouldPersistHeaders`
 * concerns only the tabs.
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
