import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Database } from '../../../database/database.js';
import type { Caller } from '../../../identity/caller.js';
import { partialFiles, type PartialFile } from '../../../store/partial-files.js';
import { ImageError } from '../../errors.js';
import { isSameImageId } from '../../ids.js';
import {
  isExpired,
  hasAllBytes,
  partialUploads,
  reservedRoom,
  unfinishedUpload,
  type PartialUpload,
  type PartialUploadParts,
  type UnfinishedUpload,
  type UploadFacts,
  type WantedUpload,
} from './partial-upload.js';
import { rethrowFor } from '../../store-failure.js';

/**
 * Uploads whose data comes in parts, with broken connections or restarts of the gateway between them. Until all parts
 * have come, the database knows nothing of the upload and the image stays queued. Then the data takes the way of every
 * upload.
 */
export interface ResumableUploads {
  /** @throws ImageError the refusals of every upload; TOO_MANY_UNFINISHED_UPLOADS, TOO_MANY_UPLOADS, STORE_FULL */
  create(caller: Caller, imageId: string, wanted: WantedUpload): Promise<PartialUpload>;
  /**
   * Works on an upload of this caller. A part that another request is still sending is cut off.
   *
   * @throws ImageError UPLOAD_NOT_FOUND, UPLOAD_LOCKED, IMAGE_NOT_QUEUED
   */
  work<T>(
    caller: Caller,
    imageId: string,
    uploadId: string,
    use: (upload: PartialUpload) => Promise<T>,
  ): Promise<T>;
  /** Returns the uploads of this caller that are not stored yet and have not expired, the latest change first. */
  unfinished(caller: Caller): Promise<UnfinishedUpload[]>;
  /** Removes the uploads that have expired, and those to images that need no data any more. */
  sweep(): Promise<void>;
}

export interface ResumableParts extends Omit<PartialUploadParts, 'files'> {
  database: Database;
  options: PartialUploadParts['options'] & {
    uploadFolder: string;
    resumableUploadQuota: number;
    resumableUploadLimit: number;
  };
}

type Known = PartialFile<UploadFacts>;

export function resumableUploads(parts: ResumableParts): ResumableUploads {
  const { database, upload, options, log } = parts;
  const files = partialFiles<UploadFacts>(options.uploadFolder);
  const { openedUpload, storedUpload, discardIfFilled } = partialUploads({ ...parts, files }, (id, facts) =>
    stored.set(id, facts),
  );
  const inUse = new Map<string, { stop: AbortController; over: Promise<unknown> }>();
  // A client that lost the answer to its last part asks again, and must learn that the data is stored.
  const stored = new LRUCache<string, UploadFacts>({
    max: MOST_STORED,
    ttl: options.resumableUploadExpiry * 1000,
  });
  const oneByOne = pLimit(1);

  return {
    async create(caller, wantedId, wanted) {
      upload.requireUploader(caller);
      upload.requireStore(wanted.store);
      const { imageId } = await upload.check(caller, wantedId, { ...wanted.declared, size: wanted.size });
      const { user, tenant } = caller;
      const facts = { ...wanted, imageId, creator: { user, tenant } };
      const id = randomUUID();
      await oneByOne(async () => {
        await requirePlace(caller, wanted.size ?? 0);
        await files.record(id, facts);
      }).catch(rethrowFor(imageId));
      return openedUpload(caller, { id, facts, bytes: 0, lastChange: new Date() });
    },

    async work(caller, imageId, uploadId, use) {
      const find = async () => {
        const facts = stored.get(uploadId);
        const known = facts ? undefined : await files.find(uploadId).catch(rethrowFor(imageId));
        const about = facts ?? (known && !isExpired(known, options) ? known.facts : undefined);
        if (about && isSameImageId(about.imageId, imageId) && isCreator(caller, about)) return known ?? about;
        throw new ImageError('UPLOAD_NOT_FOUND', { id: imageId });
      };
      await find();
      return exclusively(uploadId, async (stop) => {
        const found = await find();
        if (!('facts' in found)) return use(storedUpload(uploadId, found, () => stored.delete(uploadId)));
        await upload.requireFillable(caller, imageId).catch((error: unknown) => {
          if (hasAllBytes(found) && isBeingSaved(error)) throw new ImageError('UPLOAD_LOCKED');
          return discardIfFilled(uploadId)(error);
        });
        return use(openedUpload(caller, found, stop));
      });
    },

    async unfinished(caller) {
      const own: Known[] = [];
      for await (const known of files.all())
        if (isCreator(caller, known.facts) && !isExpired(known, options)) own.push(known);
      return own
        .sort((one, other) => other.lastChange.getTime() - one.lastChange.getTime())
        .map((known) => unfinishedUpload(known, options));
    },

    async sweep() {
      await files.tidy();
      const left: Known[] = [];
      for await (const known of files.all()) {
        if (inUse.has(known.id)) continue;
        if (isExpired(known, options)) await remove(known, 'removed a resumable upload that has expired');
        else left.push(known);
      }
      for (let at = 0; at < left.length; at += BATCH) {
        const batch = left.slice(at, at + BATCH);
        const unfilled = await unfilledImages(batch.map(({ facts }) => facts.imageId));
        for (const known of batch.filter(({ facts }) => !unfilled.has(facts.imageId)))
          await remove(known, 'removed a resumable upload whose image needs no data any more');
      }
    },
  };

  /** Lets one request at a time work on an upload. A new request cuts off an old one, whose client may be long dead. */
  async function exclusively<T>(id: string, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    let patience: Promise<'late'> | undefined;
    for (let other = inUse.get(id); other; other = inUse.get(id)) {
      other.stop.abort(new ImageError('UPLOAD_LOCKED'));
      patience ??= wait(PATIENCE_MS, 'late', { ref: false });
      if ((await Promise.race([other.over, patience])) === 'late') throw new ImageError('UPLOAD_LOCKED');
    }
    const stop = new AbortController();
    const ended = work(stop.signal);
    inUse.set(id, { stop, over: ended.catch(() => undefined) });
    return ended.finally(() => inUse.delete(id));
  }

  async function requirePlace(caller: Caller, size: number): Promise<void> {
    let [count, own, tenants, reserved] = [0, 0, 0, 0];
    for await (const known of files.all()) {
      if (isExpired(known, options)) continue;
      count += 1;
      if (isCreator(caller, known.facts)) own += 1;
      if (known.facts.creator.tenant === caller.tenant) tenants += 1;
      reserved += reservedRoom(known);
    }
    const { resumableUploadQuota: quota, resumableUploadLimit: limit } = options;
    const tooMany = (who: string, maximum: number) =>
      new ImageError('TOO_MANY_UNFINISHED_UPLOADS', { who, maximum });
    if (own >= quota) throw tooMany('You have', quota);
    if (count >= limit) throw new ImageError('TOO_MANY_UPLOADS', { maximum: limit });
    // Each tenant leaves as many places free as it takes, so that one tenant cannot lock out the others.
    const share = Math.ceil((limit - (count - tenants)) / 2);
    if (tenants >= share) throw tooMany('Your tenant has', share);
    if (size + reserved > (await files.freeSpace())) throw new ImageError('STORE_FULL');
  }

  async function unfilledImages(ids: readonly string[]): Promise<Set<string>> {
    const sql =
      `SELECT i.id FROM images i WHERE i.id IN (${ids.map(() => '?').join(', ')}) ` +
      "AND i.status IN ('queued', 'saving') AND i.deleted = 0";
    // A node of a cluster that lags behind may not know a new image yet, and its parts would be lost.
    const rows = await database.read(database.dialect.latest(sql), ids);
    return new Set(rows.map((row) => String(row.id)));
  }

  async function remove({ id, facts }: Known, why: string): Promise<void> {
    await files.remove(id);
    log.info({ uploadId: id, imageId: facts.imageId }, why);
  }
}

const PATIENCE_MS = 30_000;
const MOST_STORED = 1000;
const BATCH = 100;

/** Returns true for an image that is `saving`: probably by this upload, which another gateway stores or died storing. */
function isBeingSaved(error: unknown): boolean {
  return (
    error instanceof ImageError &&
    error.code === 'IMAGE_NOT_QUEUED' &&
    error.parameters.imageStatus === 'saving'
  );
}

function isCreator({ user, tenant }: Caller, { creator }: UploadFacts): boolean {
  return creator.user === user && creator.tenant === tenant;
}
