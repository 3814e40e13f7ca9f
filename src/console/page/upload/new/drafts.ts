import type { CreateImageInput, Visibility } from '../../gateway/operations.js';
import { store } from '../../parts/store.js';
import { texts } from '../../texts/texts.js';
import { readProperties } from '../../edit/properties/property-text.js';
import { isTag } from '../../edit/tag.js';
import { wholeNumberFault } from '../../edit/draft.js';
import type { ChosenFile } from '../chosen.js';
import type { Guess } from '../files/format-guess.js';
import { expectedDigest } from '../files/sums.js';

/** The fields that one form sets for all files, or that a file has for itself. */
export interface Settings {
  visibility: Visibility;
  tags: readonly string[];
  /** A tag that is typed and not added yet: it is meant, too. */
  newTag: string;
  /** Lines `name=value`, or JSON. */
  properties: string;
  /** In GiB. */
  minDisk: string;
  /** In MiB. */
  minRam: string;
  protected: boolean;
}

/** The image that a file becomes. */
export interface ImageDraft {
  name: string;
  diskFormat: string;
  containerFormat: string;
  /** A pasted digest, or sums of many files. */
  sums: string;
  /** The format, as the file's content and name tell it. */
  guess: Guess;
  proposals: readonly Proposal[];
  /** Set where the file does not take the settings of all. */
  own?: Settings;
}

/** A property that the name of the file suggests. */
export interface Proposal {
  name: string;
  value: string;
  isTaken: boolean;
}

export interface NewImages {
  shared: Settings;
  /** A file of sums for all files. */
  sums: string;
  /** The name of the store for the data of all files; unset for the default store. */
  store?: string;
  /** By the key of the file; unset until the file is looked at. */
  drafts: ReadonlyMap<number, ImageDraft>;
}

export const FRESH_SETTINGS: Settings = {
  ...{ visibility: 'SHARED', tags: [], newTag: '', properties: '' },
  ...{ minDisk: '0', minRam: '0', protected: false },
};

/** The form outlives its screen: one may look at something else before one starts. */
export const newImages = store<NewImages>({
  shared: FRESH_SETTINGS,
  sums: '',
  drafts: new Map(),
});

export function setShared(part: Partial<Settings>): void {
  const now = newImages.get();
  newImages.set({ ...now, shared: { ...now.shared, ...part } });
}

export function setSums(sums: string): void {
  newImages.set({ ...newImages.get(), sums });
}

export function setStore(store: string | undefined): void {
  newImages.set({ ...newImages.get(), store });
}

export function setDraft(key: number, draft: ImageDraft): void {
  const now = newImages.get();
  newImages.set({ ...now, drafts: new Map(now.drafts).set(key, draft) });
}

/** Returns a sentence for each field of the settings that the gateway would refuse. */
export function faultsIn(
  { properties, minDisk, minRam, tags }: Settings,
  limits: Limits,
): Record<string, string> {
  const read = readProperties(properties);
  const found: Record<string, string | undefined> = {
    minDisk: wholeNumberFault(minDisk),
    minRam: wholeNumberFault(minRam),
    properties:
      read.faults[0] ??
      (limits.properties !== null && read.properties.size > limits.properties
        ? texts.properties.tooMany(limits.properties)
        : undefined),
    tags:
      limits.tags !== null && tags.length > limits.tags
        ? texts.newImageForm.tooManyTags(limits.tags)
        : undefined,
  };
  return Object.fromEntries(Object.entries(found).flatMap(([name, fault]) => (fault ? [[name, fault]] : [])));
}

/** The most properties and tags of an image; null for no limit. */
export interface Limits {
  properties: number | null;
  tags: number | null;
}

/** Returns the image as the gateway is asked to create it. */
export function inputOf(
  id: string,
  { file }: ChosenFile,
  { name, diskFormat, containerFormat, proposals, own }: ImageDraft,
  shared: Settings,
): CreateImageInput {
  return {
    id,
    name: name === '' ? null : name,
    diskFormat,
    containerFormat,
    size: file.size,
    ...settingsInput(own ?? shared, proposals),
  };
}

/** Returns the fields of the settings, with the properties that are proposed and taken. */
export function settingsInput(settings: Settings, proposals: readonly Proposal[]) {
  const taken = proposals.filter(({ isTaken }) => isTaken).map((each) => [each.name, each.value] as const);
  const properties = new Map([...taken, ...readProperties(settings.properties).properties]);
  return {
    visibility: settings.visibility,
    protected: settings.protected,
    minDisk: Number(settings.minDisk.trim() || 0),
    minRam: Number(settings.minRam.trim() || 0),
    tags: [...new Set([...settings.tags, ...(isTag(settings.newTag) ? [settings.newTag.trim()] : [])])],
    properties: [...properties].map(([name, value]) => ({ name, value })),
  };
}

/**
 * Returns the digest that the data must have; undefined where nobody named one for this file.
 *
 * @param all a file of sums for all files, which counts where the file has no digest of its own
 */
export function expectedOf({ sums }: ImageDraft, { file }: ChosenFile, all: string) {
  if (sums.trim() !== '') return expectedDigest(sums, file.name);
  return all.trim() === '' ? undefined : expectedDigest(all, file.name);
}
