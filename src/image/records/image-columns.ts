import type { Database, Row } from '../../database/database.js';
import { Image, type ImportProgress } from './image.js';
import type { ImageProperty } from './image-property.js';
import type { LocationRow } from './location-records.js';
import type { MemberRow } from './member-records.js';

/** The changes that a caller may make to one image at present, by the same rules as the operations. */
export interface ImagePermissions {
  canUpdate: boolean;
  canDelete: boolean;
  canShare: boolean;
  canDownload: boolean;
  canDeactivate: boolean;
  canReactivate: boolean;
}

/** An image as a row: the selected fields, with the names of `Image`. It is never an instance of `Image`. */
export type ImageRow = Row & {
  id: string;
  /** In a list without ids; version 1 orders the headers of one image by them. */
  properties?: (Pick<ImageProperty, 'name' | 'value'> & { id?: number })[];
  members?: MemberRow[];
  tags?: string[];
  statusReason?: string | null;
  importProgress?: ImportProgress | null;
  uploadProgress?: ImportProgress | null;
  detectedFormat?: string | null;
  permissions?: ImagePermissions;
  store?: string | null;
  locations?: readonly LocationRow[];
  importSource?: string | null;
  revision?: string;
} & Partial<Record<'status' | 'visibility' | 'createdAt', string>> &
  Partial<
    Record<
      'name' | 'owner' | 'diskFormat' | 'containerFormat' | 'checksum' | 'hashAlgorithm' | 'hashValue',
      string | null
    >
  >;

export interface ImageColumns {
  /** Returns a field as SQL on the images table, alias `i`. */
  of(field: string): string;
  /** Returns the name of a field's column. */
  databaseName(field: string): string;
  /** Returns true for a field that a row can have. */
  has(field: string): boolean;
  /** Returns the list of a SELECT, with each field under its own name. */
  select(fields: readonly string[]): string;
  /** Every field that a row can have. */
  readonly all: readonly string[];
}

/** The fields of `Image` that SQL computes from columns. */
const COMPUTED: Record<string, string> = { isPublic: "(i.visibility = 'public')" };

/** Returns the columns of an image's fields, as the entity declares them. */
export function imageColumns(database: Database): ImageColumns {
  const names = database.columnsOf(Image);
  const databaseName = (field: string) => names.get(field) ?? field;
  const of = (field: string) => COMPUTED[field] ?? `i.${databaseName(field)}`;
  return {
    of,
    databaseName,
    has: (field) => names.has(field) || field in COMPUTED,
    select: (fields) => fields.map((field) => `${of(field)} AS ${field}`).join(', '),
    all: [...names.keys(), ...Object.keys(COMPUTED)],
  };
}
