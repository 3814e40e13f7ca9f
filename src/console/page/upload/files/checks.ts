/** The facts that decide whether images can be made of files. Null stands for no limit. */
export interface UploadFacts {
  canCreate: boolean;
  /** True for a user who may change nothing. */
  isReadOnly: boolean;
  /** True when the gateway takes uploads in parts. */
  resumable: boolean;
  /** Bytes of one image. */
  sizeCap: number | null;
  /** Images that the owner may still have. */
  imagesLeft: number | null;
  /** Bytes that the owner may still store. */
  bytesLeft: number | null;
  diskFormats: readonly string[];
  containerFormats: readonly string[];
  /** Uploads that the user may still begin while others are unfinished. */
  unfinishedLeft: number | null;
}

/** A file, as far as the gateway could refuse it. */
export interface CheckedRow {
  size: number;
  diskFormat: string;
  containerFormat: string;
}

/** A reason for which the gateway would refuse files. */
export interface Fault {
  code:
    | 'notAllowed'
    | 'noUploads'
    | 'tooLarge'
    | 'format'
    | 'container'
    | 'formatsDiffer'
    | 'tooManyImages'
    | 'tooManyBytes'
    | 'tooManyUploads';
  /** The highest number that would pass. */
  limit?: number;
  /** The format that would not. */
  value?: string;
}

/** Returns the faults of all files together, and those of each file, before a byte is sent. Empty files are fine. */
export function faultsOf(rows: readonly CheckedRow[], facts: UploadFacts): { all: Fault[]; rows: Fault[][] } {
  return { all: faultsOfAll(rows, facts), rows: rows.map((row) => faultsOfRow(row, facts)) };
}

function faultsOfAll(rows: readonly CheckedRow[], facts: UploadFacts): Fault[] {
  if (!facts.canCreate || facts.isReadOnly) return [{ code: 'notAllowed' }];
  if (!facts.resumable) return [{ code: 'noUploads' }];
  if (rows.length === 0) return [];
  const { imagesLeft, bytesLeft, unfinishedLeft } = facts;
  const bytes = rows.reduce((sum, { size }) => sum + size, 0);
  return [
    ...beyond('tooManyImages', rows.length, imagesLeft),
    // Without a byte left the gateway refuses empty data too.
    ...beyond('tooManyBytes', Math.max(bytes, 1), bytesLeft),
    // One place is enough: the files can go one after the other.
    ...beyond('tooManyUploads', 1, unfinishedLeft),
  ];
}

function faultsOfRow({ size, diskFormat, containerFormat }: CheckedRow, facts: UploadFacts): Fault[] {
  const isDisk = facts.diskFormats.includes(diskFormat);
  const isContainer = facts.containerFormats.includes(containerFormat);
  const doDiffer = isDisk && isContainer && !doAgree(diskFormat, containerFormat);
  return [
    ...beyond('tooLarge', size, facts.sizeCap),
    ...(isDisk ? [] : [{ code: 'format', value: diskFormat } as const]),
    ...(isContainer ? [] : [{ code: 'container', value: containerFormat } as const]),
    ...(doDiffer ? [{ code: 'formatsDiffer', value: containerFormat } as const] : []),
  ];
}

function beyond(code: Fault['code'], wanted: number, limit: number | null): Fault[] {
  // A limit that was lowered may leave less than nothing.
  return limit !== null && wanted > limit ? [{ code, limit: Math.max(limit, 0) }] : [];
}

const AMAZON = ['aki', 'ari', 'ami'];

/** Returns true for formats that go together: when either is Amazon's, both are the same. */
function doAgree(diskFormat: string, containerFormat: string): boolean {
  return (
    diskFormat === containerFormat || ![diskFormat, containerFormat].some((each) => AMAZON.includes(each))
  );
}
