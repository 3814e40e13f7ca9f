import { writeProperties } from '../edit/properties/property-text.js';
import type { CreateImageInput } from '../gateway/operations.js';
import { expectedDigest, type ExpectedDigest } from '../upload/files/sums.js';
import { FRESH_SETTINGS, settingsInput, type Proposal } from '../upload/new/drafts.js';
import { newId } from '../upload/new-id.js';
import { guessFromAddress, type AddressGuess } from './address.js';
import type { ImportRecord } from './import-records.js';
import type { KnownOrder } from './imports.js';
import type { ImportDraft } from './new-import.js';

export const FRESH_DRAFT: ImportDraft = { address: '', sums: '', taken: [], settings: FRESH_SETTINGS };

/** A form with all that its address tells. */
export interface FilledDraft extends ImportDraft {
  name: string;
  diskFormat: string;
  containerFormat: string;
  guess: AddressGuess;
  proposals: readonly Proposal[];
  expected: ExpectedDigest | undefined;
}

/** Returns the form with the values that the address tells, where the user has chosen none. */
export function filled(draft: ImportDraft): FilledDraft {
  const guess = guessFromAddress(draft.address);
  return {
    ...draft,
    guess,
    name: draft.name ?? guess.name,
    diskFormat: draft.diskFormat ?? guess.diskFormat,
    containerFormat: draft.containerFormat ?? guess.containerFormat,
    proposals: guess.properties.map((each) => ({ ...each, isTaken: draft.taken.includes(each.name) })),
    expected: draft.sums.trim() === '' ? undefined : expectedDigest(draft.sums, guess.fileName),
  };
}

/** Returns the form of an import that failed. After a reload it has no address. */
export function draftAgain({ record, address = '' }: KnownOrder, isLost: boolean): ImportDraft {
  const { input, store } = record;
  const { name, diskFormat, containerFormat, hash, checksum, tags, minDisk, minRam } = input;
  const properties = (input.properties ?? []).map((each) => [each.name, each.value] as const);
  return {
    address,
    store,
    name: name ?? '',
    diskFormat: diskFormat ?? '',
    containerFormat: containerFormat ?? '',
    sums: hash?.value ?? checksum ?? '',
    taken: [],
    settings: {
      ...{ visibility: input.visibility ?? 'SHARED', protected: input.protected ?? false },
      ...{ tags: tags ?? [], newTag: '', properties: writeProperties(properties) },
      ...{ minDisk: String(minDisk ?? 0), minRam: String(minRam ?? 0) },
    },
    failed: { record, isLost, isDeleted: true },
  };
}

/** Returns the record of an import that is about to begin: that of one that failed while its image fits. */
export function recordOf(draft: FilledDraft, by: string): ImportRecord {
  const { failed, store } = draft;
  if (failed && fits(draft)) return { ...failed.record, store };
  const id = newId();
  return { id, by, store, begunAt: Date.now(), input: inputOf(id, draft) };
}

/** Returns true for a form whose failed import can go on with its image. */
export function fits(draft: FilledDraft): boolean {
  const { failed } = draft;
  if (!failed || failed.isLost) return false;
  const { id, input } = failed.record;
  return JSON.stringify(inputOf(id, draft)) === JSON.stringify(input);
}

function inputOf(id: string, draft: FilledDraft): CreateImageInput {
  const { name, diskFormat, containerFormat, settings, proposals, expected } = draft;
  return {
    id,
    name: name === '' ? null : name,
    diskFormat,
    containerFormat,
    ...(expected ? digestInput(expected) : {}),
    ...settingsInput(settings, proposals),
  };
}

function digestInput({ algorithm, value }: ExpectedDigest): Pick<CreateImageInput, 'hash' | 'checksum'> {
  return algorithm === 'md5' ? { checksum: value } : { hash: { algorithm, value } };
}
