import type { PropertyChanges } from '../access/property-protection.js';
import type { Visibility } from '../records/image.js';

/** The fields of a request to create or update an image. An absent field stays as it is; null clears it. */
export interface ImageFields {
  name?: string | null;
  diskFormat?: string | null;
  containerFormat?: string | null;
  minDisk?: number;
  minRam?: number;
  protected?: boolean;
  visibility?: Visibility;
  hidden?: boolean;
  /** Administrators only. */
  owner?: string | null;
}

export interface NewImage extends ImageFields {
  /** Undefined to have the gateway generate it. */
  id?: string;
  /** Bytes and MD5 of the data that will come. */
  size?: number;
  checksum?: string | null;
  /** A further digest of the data that will come: one of `HASH_ALGORITHMS`, and hexadecimal digits in lower case. */
  hash?: { algorithm: string; value: string };
  virtualSize?: number | null;
  /** `active` for an image whose data is known to be empty. */
  status?: 'queued' | 'active';
  /** Times to store instead of now, as the database writes them, and whether the image is created as deleted. */
  createdAt?: string;
  updatedAt?: string;
  deletedAt?: string;
  deleted?: boolean;
  properties: ReadonlyMap<string, string | null>;
  tags?: readonly string[];
}

export interface ImageChanges extends ImageFields {
  virtualSize?: number | null;
  /** Only administrators may change these once the image has data (contract C12.4). */
  size?: number;
  checksum?: string | null;
  /** Nobody may change these: a request may name them only with their present values (contract C12.5). */
  id?: string | null;
  status?: string | null;
  properties?: PropertyChanges;
  tagChanges?: TagChanges;
}

/** Tags to add, and tags to remove. No tag is in both. */
export interface TagChanges {
  add: readonly string[];
  /** Tags that the image does not have are ignored. */
  remove: readonly string[];
}

/**
 * `distinct` refuses two property names of one image that version 1 of the Images API reads as one name, since it folds
 * case and dashes (contract C7.4). `free` accepts any names.
 */
export type PropertyNames = 'free' | 'distinct';

export interface NameRule {
  names?: PropertyNames;
}

export interface CreateOptions extends NameRule {
  /** True when data follows at once: the image must then be ready to receive it. */
  forData?: boolean;
  /** `any` accepts ids that are not UUIDs, as the first Glance did (contract C27). */
  ids?: 'uuid' | 'any';
}

export interface UpdateOptions extends NameRule {
  /** True when data follows at once: the image must then be queued. */
  forData?: boolean;
  /** The only revision of the image that the request changes; undefined for any. */
  expectedRevision?: string;
}
