import type { ImageNow } from '../gateway/use-image-now.js';
import type { UpdateImageInput, Visibility } from '../gateway/operations.js';
import { texts } from '../texts/texts.js';

/** The fields of an image as a form has them. */
export interface Draft {
  [field: string]: string | boolean;
  name: string;
  visibility: Visibility;
  protected: boolean;
  hidden: boolean;
  diskFormat: string;
  containerFormat: string;
  /** In GiB. */
  minDisk: string;
  /** In MiB. */
  minRam: string;
  owner: string;
}

export type Field = keyof Draft & string;
export type Faults = Partial<Record<string, string>>;

const LONGEST = 255;
const HIGHEST = 2_147_483_647;

export function draftOf(image: ImageNow): Draft {
  return {
    name: image.name ?? '',
    visibility: image.visibility,
    protected: image.protected,
    hidden: image.hidden,
    diskFormat: image.diskFormat ?? '',
    containerFormat: image.containerFormat ?? '',
    minDisk: String(image.minDisk),
    minRam: String(image.minRam),
    owner: image.owner ?? '',
  };
}

/** Returns only what differs: other fields may have changed meanwhile. */
export function inputOf(base: Draft, draft: Draft): UpdateImageInput {
  const changed = Object.keys(draft).filter((field) => draft[field] !== base[field]);
  return Object.fromEntries(changed.map((field) => [field, sentValue(field, draft[field])]));
}

/** Returns a sentence for each field that the gateway would refuse. */
export function faultsIn(draft: Draft): Faults {
  const faults: Faults = {};
  for (const field of ['name', 'owner'])
    if ([...String(draft[field])].length > LONGEST) faults[field] = texts.edit.tooLong;
  for (const field of ['minDisk', 'minRam']) {
    const fault = wholeNumberFault(String(draft[field]));
    if (fault) faults[field] = fault;
  }
  return faults;
}

/** Returns a sentence for a text that is no number the gateway takes. An empty one stands for 0. */
export function wholeNumberFault(text: string): string | undefined {
  const isFit = /^\d{0,10}$/.test(text.trim()) && Number(text) <= HIGHEST;
  return isFit ? undefined : texts.edit.noNumber(HIGHEST);
}

function sentValue(field: string, value: string | boolean): string | boolean | number | null {
  if (typeof value === 'boolean') return value;
  if (field === 'minDisk' || field === 'minRam') return Number(value.trim() || 0);
  const text = field === 'owner' ? value.trim() : value;
  return text === '' ? null : text;
}
