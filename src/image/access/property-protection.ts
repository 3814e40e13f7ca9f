import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import type { Policy } from './policy.js';
import { readProtectionFile, type Protection, type PropertyAction } from './property-protection-file.js';
import { readRuleFile } from './rule-file.js';

/** The protection of properties: who may create, read, change and delete them (contract C17). */
export interface PropertyProtection {
  /** False when no property is protected. */
  readonly isOn: boolean;
  /** The file as it was read; empty when no property is protected. */
  readonly text: string;
  mayRead(caller: Caller, name: string): boolean;
  /** Returns true when the caller may add a property of this name to an image that exists. */
  mayAdd(caller: Caller, name: string): boolean;
  mayUpdate(caller: Caller, name: string): boolean;
  mayRemove(caller: Caller, name: string): boolean;
  /** Removes from the images, in place, the properties that the caller may not read. */
  hide(caller: Caller, images: readonly WithProperties[]): void;
  /** @throws ImageError PROPERTY_PROTECTED naming the first property that the caller may not create */
  requireCreate(caller: Caller, names: Iterable<string>): void;
  /**
   * Returns the changes that the caller may make. Setting a property to its present value changes nothing. A property that
   * the caller may not read cannot be set, and stays when all others are removed.
   *
   * @param present the stored properties of the image
   * @param alike the names among them that the database's collation equates with one of the names in the change
   * @throws ImageError PROPERTY_PROTECTED (contract C17.2)
   */
  allowed(
    caller: Caller,
    changes: PropertyChanges,
    present: ReadonlyMap<string, string | null>,
    alike: readonly string[],
  ): PropertyChanges;
  /**
   * Reads the file again. The old rules stay when the file is wrong.
   *
   * @throws RuleFileError
   */
  reload(): void;
}

/** A change of the properties of an image: those to set, and those of the others to remove. */
export interface PropertyChanges {
  set: ReadonlyMap<string, string | null>;
  remove: readonly string[] | 'others';
}

type WithProperties = { properties?: readonly { name: string }[] };

/**
 * @param path a file in Glance's own format; undefined to protect nothing
 * @param format whether the file names roles, or rules of the policy
 * @throws RuleFileError
 */
export function propertyProtection(
  path: string | undefined,
  format: 'roles' | 'policies',
  policy: Policy,
): PropertyProtection {
  let { text, protections } = read();

  return {
    isOn: path !== undefined,
    get text() {
      return text;
    },
    mayRead,
    mayAdd: (caller, name) =>
      isFree(caller, name) && may(caller, 'read', name) && may(caller, 'create', name),
    mayUpdate: (caller, name) =>
      isFree(caller, name) && may(caller, 'read', name) && may(caller, 'update', name),
    mayRemove: (caller, name) => may(caller, 'read', name) && may(caller, 'delete', name),

    hide(caller, images) {
      if (path === undefined) return;
      for (const image of images)
        if (image.properties)
          image.properties = image.properties.filter(({ name }) => may(caller, 'read', name));
    },

    requireCreate(caller, names) {
      for (const name of names) {
        requireFree(caller, name);
        require(caller, 'create', name);
      }
    },

    allowed(caller, { set, remove }, present, alike) {
      if (path === undefined) return { set, remove };
      // This check comes before any that depends on the image's own properties.
      for (const name of set.keys()) {
        requireFree(caller, name);
        require(caller, 'read', name);
      }
      for (const [name, value] of set) if (present.has(name)) requireUpdate(caller, name, value, present);
      for (const name of set.keys()) if (!present.has(name)) require(caller, 'create', name);
      // With a collation that ignores case, a name may overwrite a property that another section protects.
      for (const name of alike) {
        if (set.has(name)) continue;
        const others = [...set.keys()].filter((each) => !present.has(each));
        const requested = others.find((each) => bareName(each) === bareName(name)) ?? others[0];
        requireUpdate(caller, name, undefined, present, requested);
      }
      const going = [...present.keys()].filter((name) =>
        remove === 'others' ? !set.has(name) : remove.includes(name),
      );
      const removed = going.filter((name) => may(caller, 'read', name));
      for (const name of removed) require(caller, 'delete', name);
      return { set, remove: removed };
    },

    reload() {
      ({ text, protections } = read());
    },
  };

  function read(): { text: string; protections: readonly Protection[] } {
    if (path === undefined) return { text: '', protections: [] };
    const file = readRuleFile(path);
    return { text: file, protections: readProtectionFile(path, file, format, policy) };
  }

  /** The first section that matches decides. Nobody may do anything with a name that no section matches (contract C17.1). */
  function may(caller: Caller, action: PropertyAction, name: string): boolean {
    if (protections.length === 0) return true;
    return protections.find(({ names }) => names.test(name))?.allows[action](caller) ?? false;
  }

  /** @param requested the name as the caller wrote it: the error must show no other name */
  function require(caller: Caller, action: PropertyAction, name: string, requested = name): void {
    if (!may(caller, action, name)) throw new ImageError('PROPERTY_PROTECTED', { property: requested });
  }

  /**
   * A name that differs only in case or dashes from one that the caller may not read is protected like that one, whether
   * that property exists or not, since the answer must not show which. The same holds for a name that the collation of
   * Glance's tables equates with such a name, unless an earlier section of the file names it.
   */
  function isFree(caller: Caller, name: string): boolean {
    if (foldedName(name) !== name && !may(caller, 'read', foldedName(name))) return false;
    const bare = bareName(name);
    const above = protections.slice(0, Math.max(0, sectionOf(name)));
    return !above.some(({ names }) => names.test(bare)) || may(caller, 'read', bare);
  }

  function requireFree(caller: Caller, name: string): void {
    if (!isFree(caller, name)) throw new ImageError('PROPERTY_PROTECTED', { property: name });
  }

  function sectionOf(name: string): number {
    return protections.findIndex(({ names }) => names.test(name));
  }

  function mayRead(caller: Caller, name: string): boolean {
    return may(caller, 'read', name) && may(caller, 'read', foldedName(name));
  }

  function requireUpdate(
    caller: Caller,
    name: string,
    value: string | null | undefined,
    present: ReadonlyMap<string, string | null>,
    requested = name,
  ): void {
    require(caller, 'read', name, requested);
    if (present.get(name) !== value) require(caller, 'update', name, requested);
  }
}

/** Returns a name as clients of version 1 see it: case and dashes make no difference. */
export function foldedName(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** Returns a name as the collation of Glance's tables compares it: without case, accents, and blanks at its end. */
function bareName(name: string): string {
  return foldedName(
    name
      .normalize('NFKD')
      .replace(/\p{Mn}+/gu, '')
      .trimEnd(),
  );
}
