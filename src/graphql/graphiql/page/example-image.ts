const PLACE = 'glance-graphql:example-images';
const MOST = 50;

/** The placeholder in the examples for the id of the image that CreateImage creates. */
export const NO_IMAGE_YET = 'run CreateImage first';

/** The ids of images created on this page, the last one first. */
let created: string[] = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
const listeners = new Set<() => void>();

export function lastImage(): string | undefined {
  return created[0];
}

export function isExampleImage(id: unknown): boolean {
  return created.includes(String(id));
}

export function onImageChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** @param id the id in the answer to `createImage`; undefined for other answers */
export function rememberImage(id: unknown): void {
  if (typeof id !== 'string' || created[0] === id) return;
  created = [id, ...created].slice(0, MOST);
  localStorage.setItem(PLACE, JSON.stringify(created));
  listeners.forEach((listener) => listener());
}

/**
 * Puts the id of the image created last into variables, if their `id` is the placeholder or an image created on this page.
 * An id that the user wrote stays.
 *
 * @returns undefined if nothing changes
 */
export function withLastImage(variables: string): string | undefined {
  const last = lastImage();
  const [, id] = /"id"\s*:\s*"([^"]*)"/.exec(variables) ?? [];
  if (last === undefined || id === undefined || id === last) return undefined;
  return id === NO_IMAGE_YET || isExampleImage(id) ? variables.replace(`"${id}"`, `"${last}"`) : undefined;
}
