import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Upload } from '../../store/store.js';
import { withRecord, type Declared } from './declared-digests.js';
import { requireFormats } from '../formats.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { lockChangeable, requireQueued } from '../records/find-and-lock.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import type { Policy, Rule } from '../access/policy.js';
import { uploadLimit, type UploadLimit } from '../access/storage-quota.js';
import type { UploadLeases } from './upload-lease.js';

/** A queued image that has become ours to fill. */
export interface Claimed {
  caller: Caller;
  image: ImageRow;
  upload: Upload;
  declared: Declared;
  limit: UploadLimit;
}

/** What is asked of an image, and of its caller, that is to be filled. */
export interface Terms {
  /** What is said of the data beside what its record declares. */
  said: Declared;
  /** Rules of the policy that the caller has to pass. */
  rules: readonly Rule[];
  /** True asks neither for formats nor for the declared size: version 1 copies so (contract C15.4). */
  isLenient?: boolean;
  /** Done in the transaction that claims. */
  onClaim?: (transaction: Transaction, upload: Upload) => Promise<void>;
}

export interface ClaimParts {
  database: Database;
  policy: Policy;
  quota: OwnerQuota;
  leases: UploadLeases;
  options: { imageSizeCap: number };
}

/** What stands before the data of an image. */
export interface Claims {
  /** Checks all that can be checked before data comes, and makes the image ours to fill. */
  claim(caller: Caller, id: string, terms: Terms): Promise<Claimed>;
  /** Only checks; returns the image and the limits for its data. */
  check(caller: Caller, id: string, said: Declared): Promise<UploadLimit & { imageId: string }>;
  /** Checks that the image waits for data, which this caller may send. */
  requireFillable(caller: Caller, id: string): Promise<void>;
}

export function claiming({ database, policy, quota, leases, options }: ClaimParts): Claims {
  const columns = imageColumns(database);

  return {
    claim: (caller, id, { onClaim, ...terms }) =>
      database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const { image, declared, limit } = await checked(transaction, caller, id, terms);
        const upload = { id: randomUUID(), imageId: image.id };
        await records.changeStatus(upload.imageId, 'saving');
        await leases.begin(transaction, upload);
        await quota.reserve(transaction, upload, declared.size ?? 0);
        await onClaim?.(transaction, upload);
        return { caller, image: await records.read(image.id), upload, declared, limit };
      }),

    check: (caller, id, said) =>
      database.transaction(async (transaction) => {
        const { image, limit } = await checked(transaction, caller, id, { said, rules: UPLOAD });
        return { ...limit, imageId: image.id };
      }),

    async requireFillable(caller, id) {
      await database.transaction(async (transaction) => {
        requireFormats(await waiting(transaction, caller, id, UPLOAD));
      });
    },
  };

  async function checked(
    transaction: Transaction,
    caller: Caller,
    id: string,
    { said, rules, isLenient = false }: Terms,
  ) {
    const image = await waiting(transaction, caller, id, rules);
    if (!isLenient) requireFormats(image);
    const declared = isLenient ? { checksum: image.checksum ?? undefined } : withRecord(said, image);
    const remaining = await quota.requireUpload(transaction, image.owner ?? null);
    const limit = uploadLimit(remaining, options.imageSizeCap);
    if (remaining === 0 || (declared.size ?? 0) > limit.bytes) throw limit.error(declared.size);
    return { image, declared, limit };
  }

  async function waiting(
    transaction: Transaction,
    caller: Caller,
    id: string,
    rules: readonly Rule[],
  ): Promise<ImageRow> {
    const image = await lockChangeable(transaction, imageRecords(transaction, columns), caller, id);
    policy.requireOn(caller, image, ...rules);
    requireQueued(image, id);
    return image;
  }
}

const UPLOAD: readonly Rule[] = ['upload_image'];
