import { randomUUID } from 'node:crypto';
import { CHARACTERS } from './column-sizes.js';

/** Returns the id for an image whose creator names none. */
export function newImageId(): string {
  return randomUUID();
}

/**
 * Returns true for a text that the Images API accepts as an id: a UUID, in upper or lower case, with or without dashes
 * (contract C8.2). The id is stored as given, and found in any letter case.
 */
export function isImageId(text: string): boolean {
  if (text.length > CHARACTERS.id) return false;
  const digits = text
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '');
  return /^[0-9a-f]{32}$/i.test(digits);
}

/** Returns true for an id as in the time before UUIDs: a word that can stand in a path and name a file. */
export function isPlainId(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(text) && text.length <= CHARACTERS.id && text !== 'detail';
}

/** Returns true for two ids of one image. */
export function isSameImageId(one: string, other: string): boolean {
  return foldedId(one) === foldedId(other);
}

/** Returns the id that all ids of one image have in common. */
export function foldedId(id: string): string {
  return id.toLowerCase();
}
