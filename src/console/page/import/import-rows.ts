import { Failure } from '../gateway/failure.js';
import type { ImportedFragment } from '../gateway/operations.js';
import { isLeaving } from '../change/change.js';
import { rows } from '../parts/rows.js';
import type { ImportRecord } from './import-records.js';

/** An import as the page shows it. */
export interface ImportRow {
  /** The id of its image. */
  readonly id: string;
  /** The name of its image. */
  readonly name: string;
  /** The host of the address; unset after a reload, when nobody knows the address. */
  readonly host?: string;
  readonly state: ImportState;
  /** Bytes per second over the last ten seconds; undefined while that is not known. */
  readonly speed?: number;
  /** Seconds that are left at this speed; undefined while that is not known. */
  readonly secondsLeft?: number;
}

export type ImportState =
  /** Of an earlier page, and the gateway has not said yet how it is. */
  | { kind: 'found' }
  /** The image is being created, and its import ordered. */
  | { kind: 'ordering' }
  /** No byte and no size: it waits for its turn, or for the source. */
  | { kind: 'running'; bytes: number; size: number | null }
  /** A lost image takes no data any more. */
  | { kind: 'failed'; failure: Failure; isLost: boolean }
  | { kind: 'done'; digest: { algorithm: string; value: string } | null };

/** The imports, in the order in which they were begun. */
export const importRows = rows<ImportRow>();

/** Returns true while the gateway has something to do for the import. */
export function isImporting({ state }: Pick<ImportRow, 'state'>): boolean {
  return state.kind === 'ordering' || state.kind === 'running';
}

/** Returns true for an import whose image takes no data any more. */
export function isOver({ state }: Pick<ImportRow, 'state'>): boolean {
  return state.kind === 'done' || (state.kind === 'failed' && state.isLost);
}

/**
 * Returns how an import is by the record of its image; undefined for an image that still needs data.
 *
 * @param image null for one that is not there
 */
export function stateBy(
  image: ImportedFragment | null,
  { isCreated, requestId = null }: Pick<ImportRecord, 'isCreated' | 'requestId'>,
): ImportState | undefined {
  if (image ? isLeaving(image) : isCreated) return lost(new Failure('IMAGE_NOT_FOUND', ''));
  switch (image?.status) {
    case 'saving': {
      const { bytesReceived = 0, size = null } = image.importProgress ?? {};
      return { kind: 'running', bytes: bytesReceived, size };
    }
    case 'active':
    case 'deactivated':
      return { kind: 'done', digest: digestOf(image) };
    case 'killed':
      return lost(new Failure('IMPORT_FAILED', image.statusReason ?? '', requestId));
    default:
      return undefined;
  }
}

export function lost(failure: Failure): ImportState {
  return { kind: 'failed', failure, isLost: true };
}

function digestOf({ hash, checksum }: ImportedFragment) {
  return hash ?? (checksum ? { algorithm: 'md5', value: checksum } : null);
}
