import type { Database, Row } from '../../database/database.js';
import { Image, type ImportProgress } from './image.js';
import type { ImageProperty } from './image-property.js';
import type { MemberRow } from './member-records.js';

/** What a caller may do with one image just now, as the operations themselves would decide. */
export interface ImagePermissions {
  canUpdate: boolean;
  canDelete: boolean;
  canShare: boolean;
  canDownload: boolean;
  canDeactivate: boolean;
  canReactivate: boolean;
}

/** An image as a row: the fields that were asked for, named as in `Image`, never an instance of it. */
export type ImageRow = Row & {
  id: string;
  properties?: Pick<ImageProperty, 'id' | 'name' | 'value'>[];
  members?: MemberRow[];
  tags?: string[];
  statusReason?: string | null;
  importProgress?: ImportProgress | null;
  permissions?: ImagePermissions;
  store?: string | null;
} & Partial<Record<'status' | 'visibility' | 'createdAt', string>> &
  Partial<Record<'name' | 'owner' | 'diskFormat' | 'containerFormat' | 'checksum', string | null>>;

export interface ImageColumns {
  /** A field as SQL on the images table, alias `i`. */
  of(field: string): string;
  /** The name of a field's column. */
  databaseName(field: string): string;
  /** True for a field that a row can give. */
  has(field: string): boolean;
  /** The list of a SELECT that gives each field under its own name. */
  select(fields: readonly string[]): string;
  /** Every field that a row can give. */
  readonly all: readonly string[];
}

/** Fields of `Image` that no column holds but SQL can tell. */
const COMPUTED: Record<string, string> = { isPublic: "(i.visibility = 'public')" };

/** How the fields of an image stand in its table, as the entity says. */
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
