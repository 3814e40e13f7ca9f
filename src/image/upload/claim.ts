import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Upload } from '../../store/store.js';
import { recordedDigests, withRecord, type Declared } from './declared-digests.js';
import { requireFormats } from '../formats.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { lockChangeable, requireQueued } from '../records/find-and-lock.js';
import { imageRecords } from '../records/image-records.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import type { Policy, Rule } from '../access/policy.js';
import { uploadLimit, type UploadLimit } from '../access/storage-quota.js';
import type { UploadLeases } from './upload-lease.js';

/** A claimed image, and what its data must be. */
export interface Claimed {
  caller: Caller;
  image: ImageRow;
  upload: Upload;
  declared: Declared;
  limit: UploadLimit;
}

/** The conditions of a claim, and the work in its transaction. */
export interface ClaimTerms {
  /** The declarations of the sender, beside those of the record. */
  declared: Declared;
  /** Rules of the policy that the caller must pass. */
  rules: readonly Rule[];
  /** True to require neither formats nor the declared size, as version 1 copies (contract C15.4). */
  isLenient?: boolean;
  /** Runs in the transaction that claims the image. */
  onClaim?: (transaction: Transaction, upload: Upload) => Promise<void>;
}

export interface ClaimParts {
  database: Database;
  policy: Policy;
  quota: OwnerQuota;
  leases: UploadLeases;
  options: { imageSizeCap: number };
}

/** The checks before the data of an image comes, and the claim. */
export interface Claims {
  /** Checks everything that can be checked before data comes, and claims the image. */
  claim(caller: Caller, id: string, terms: ClaimTerms): Promise<Claimed>;
  /** Checks what `claim` checks, and changes nothing. Returns the image's id and the limit for its data. */
  check(caller: Caller, id: string, declared: Declared): Promise<UploadLimit & { imageId: string }>;
  /** Checks that the image is queued, and that this caller may send its data. */
  requireFillable(caller: Caller, id: string): Promise<void>;
}

export function imageClaims({ database, policy, quota, leases, options }: ClaimParts): Claims {
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

    check: (caller, id, declared) =>
      database.transaction(async (transaction) => {
        const { image, limit } = await checked(transaction, caller, id, { declared, rules: UPLOAD });
        return { ...limit, imageId: image.id };
      }),

    async requireFillable(caller, id) {
      await database.transaction(async (transaction) => {
        requireFormats(await lockQueued(transaction, caller, id, UPLOAD));
      });
    },
  };

  async function checked(
    transaction: Transaction,
    caller: Caller,
    id: string,
    { declared: bySender, rules, isLenient = false }: ClaimTerms,
  ) {
    const image = await lockQueued(transaction, caller, id, rules);
    if (!isLenient) requireFormats(image);
    const declared: Declared = isLenient ? recordedDigests(image) : withRecord(bySender, image);
    const remaining = await quota.requireUpload(transaction, image.owner ?? null);
    const limit = uploadLimit(remaining, options.imageSizeCap);
    if (remaining === 0 || (declared.size ?? 0) > limit.bytes) throw limit.error(declared.size);
    return { image, declared, limit };
  }

  async function lockQueued(
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
