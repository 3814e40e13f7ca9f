import { store } from '../parts/store.js';
import type { Settings } from '../upload/new/drafts.js';
import type { KnownOrder } from './imports.js';

/** The form for a new image from a URL. */
export interface ImportDraft {
  address: string;
  /** Unset while the address tells it, as the formats are. */
  name?: string;
  diskFormat?: string;
  containerFormat?: string;
  /** A pasted digest, or a file of sums. */
  sums: string;
  /** Unset for the default store. */
  store?: string;
  /** The names of the properties that the address suggests, and that are taken. */
  taken: readonly string[];
  settings: Settings;
  /** The import that failed and is to be begun again. */
  failed?: FailedImport;
}

export interface FailedImport {
  record: KnownOrder['record'];
  /** True for an image that takes no data any more. */
  isLost: boolean;
  /** True to delete the image if another one takes its place. */
  isDeleted: boolean;
}

/** The form outlives its screen. Undefined for an untouched one. */
export const newImport = store<ImportDraft | undefined>(undefined);
