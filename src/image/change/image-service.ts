import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { requireChangeable } from '../access/access.js';
import { badInput, ImageError } from '../errors.js';
import { chosenFormats, requireFormats, type Formats } from '../formats.js';
import { Visibility } from '../records/image.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { isImageId, isPlainId, newImageId } from '../ids.js';
import type { ImageRemoval } from './image-removal.js';
import { imageRecords, type ImageRecords } from '../records/image-records.js';
import { lockImage, refuseDeleted, type LockedImage } from '../records/find-and-lock.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import { refuseReadOnly, type Policy, type Rule } from '../access/policy.js';
import { foldedName, type PropertyChanges, type PropertyProtection } from '../access/property-protection.js';
import { isGone, type StatusBefore } from '../status.js';
import { activeLocations } from '../records/location-records.js';
import { requireValuesFit, invalidValue } from '../records/column-check.js';
import { tagRecords } from '../records/tag-records.js';
import type {
  CreateOptions,
  ImageChanges,
  ImageFields,
  NewImage,
  PropertyNames,
  UpdateOptions,
} from './image-request.js';
import { requireRevision } from './require-revision.js';
import { changeTags, requireTagRoom, requireTags } from './tag-service.js';

/** Glance's rules for changing images. Every operation returns the image as it is stored. */
export interface ImageService {
  /**
   * Registers an image without data, in status `queued` (contract C9).
   *
   * @param options `forData` when data follows at once: the image must then be ready to receive it
   */
  create(caller: Caller, image: NewImage, options?: CreateOptions): Promise<ImageRow>;
  /** Changes the record of an image (contract C12). */
  update(caller: Caller, id: string, changes: ImageChanges, options?: UpdateOptions): Promise<ImageRow>;
  /**
   * Deletes an image: flags its record, then removes its data, or leaves the data to the scrub when deletion is delayed
   * (contract C13).
   *
   * @param within ends the removal of the data early, which the sweep then repeats; undefined waits for it
   * @throws ImageError STORE_UNAVAILABLE when a location cannot be decrypted: the data would stay for ever
   */
  delete(caller: Caller, id: string, within?: AbortSignal): Promise<ImageRow>;
}

export interface ServiceOptions {
  formats: Formats;
  protection: PropertyProtection;
  quota: OwnerQuota;
  /** The greatest number of properties of one image; negative for no limit. */
  imagePropertyQuota: number;
  /** The greatest number of tags of one image; negative for no limit. */
  imageTagQuota: number;
  /** True keeps the data of deleted images until it is scrubbed. */
  delayedDelete: boolean;
}

export function imageService(
  database: Database,
  policy: Policy,
  removal: ImageRemoval,
  options: ServiceOptions,
): ImageService {
  const columns = imageColumns(database);
  const { protection, quota } = options;

  return {
    async create(
      caller,
      { id = newImageId(), properties, tags = [], hash, ...fields },
      { names = 'free', forData = false, ids = 'uuid' } = {},
    ) {
      requireWriting(caller, 'add_image', fields);
      requireQuota(properties.size);
      if (!(ids === 'any' ? isPlainId(id) : isImageId(id))) throw invalidValue('id', 'id', 'must be a UUID');
      const owner = requestedOwner(caller, fields);
      const values = {
        visibility: Visibility.SHARED,
        ...fields,
        ...chosenFormats(fields, options.formats),
        owner: owner === undefined ? caller.owner : owner,
        status: fields.status ?? 'queued',
        ...(hash && { hashAlgorithm: hash.algorithm, hashValue: hash.value }),
      };
      requireValuesFit(values, properties);
      requireTags(tags, 'tags');
      requireTagRoom(tags.length, options.imageTagQuota);
      policy.requireOn(caller, { id, ...values }, ...rulesFor('add_image', fields));
      protection.requireCreate(caller, properties.keys());
      if (forData) requireFormats(values);
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        await quota.requireImage(transaction, values.owner);
        await records.insert(id, values, properties);
        await tagRecords(transaction).add(id, tags);
        await checkProperties(caller, records, id, properties, names);
        return shown(caller, await records.read(id));
      });
    },

    async update(
      caller,
      id,
      { properties, tagChanges, id: sameId, status: sameStatus, ...fields },
      rules = {},
    ) {
      const { names = 'free', forData = false, expectedRevision } = rules;
      requireWriting(caller, 'modify_image', fields);
      const owner = requestedOwner(caller, fields);
      const values = {
        ...fields,
        ...chosenFormats(fields, options.formats),
        ...(owner === undefined ? {} : { owner }),
      };
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockImage(transaction, records, caller, id);
        refuseDeleted(image);
        refuseImmutable(caller, image, { size: fields.size, checksum: fields.checksum });
        refuseOtherIdentity(image, { status: sameStatus, id: sameId });
        if (forData && image.status !== 'queued') {
          throw new ImageError('IMAGE_NOT_QUEUED', { id: image.id, imageStatus: image.status });
        }
        requireChangeable(caller, image);
        policy.requireOn(caller, image, ...rulesFor('modify_image', fields));
        if (expectedRevision !== undefined)
          await requireRevision(transaction, protection, caller, image, expectedRevision);
        requireValuesFit(values, properties?.set);
        if (owner !== undefined && owner !== image.owner)
          await quota.requireTakeover(transaction, image.id, owner);
        await records.change(image.id, values);
        if (properties) {
          await records.changeProperties(image.id, await allowed(caller, records, image.id, properties));
          await checkProperties(caller, records, image.id, properties.set, names);
        }
        if (tagChanges)
          await changeTags(tagRecords(transaction), image.id, tagChanges, options.imageTagQuota);
        return shown(caller, await records.read(image.id));
      });
    },

    async delete(caller, id, within) {
      refuseReadOnly(caller);
      policy.require(caller, 'delete_image');
      const { image, removals } = await database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const found = await lockImage(transaction, records, caller, id);
        policy.requireOn(caller, found, 'delete_image');
        refuseDeletion(found);
        requireChangeable(caller, found);
        const locations = await activeLocations(transaction, found.id);
        const status = options.delayedDelete && locations.length > 0 ? 'pending_delete' : 'deleted';
        const scheduled =
          status === 'deleted' ? await removal.schedule(transaction, found.id, locations) : [];
        // A newer Glance writes statuses that the table of steps does not have.
        await records.changeStatus(found.id, status, {}, [found.status as StatusBefore<'deleted'>]);
        await records.flagDeleted(found.id, status);
        return { image: shown(caller, await records.read(found.id)), removals: scheduled };
      });
      // Without the gateway's own tables, nothing would remember the removal.
      await removal.run(removals, database.hasGatewayTables ? within : undefined);
      return image;
    },
  };

  function requireWriting(caller: Caller, rule: Rule, fields: ImageFields): void {
    refuseReadOnly(caller);
    policy.require(caller, ...rulesFor(rule, fields));
  }

  async function allowed(
    caller: Caller,
    records: ImageRecords,
    id: string,
    changes: PropertyChanges,
  ): Promise<PropertyChanges> {
    if (!protection.isOn) return changes;
    const alike = await records.properties(id, [...changes.set.keys()]);
    return protection.allowed(caller, changes, await records.properties(id), [...alike.keys()]);
  }

  function shown(caller: Caller, image: ImageRow): ImageRow {
    protection.hide(caller, [image]);
    return image;
  }

  /** Checks all properties together, after the change: the image may have had others before. */
  async function checkProperties(
    caller: Caller,
    records: ImageRecords,
    id: string,
    set: ReadonlyMap<string, string | null>,
    names: PropertyNames,
  ): Promise<void> {
    if (set.size === 0) return;
    const present = await records.propertyNames(id);
    // A property that the caller may not read does not exist for the caller: it counts neither for the quota nor as a twin.
    const known = present.filter((name) => set.has(name) || protection.mayRead(caller, name));
    requireQuota(known.length);
    if (names === 'distinct') refuseTwins(known, set);
  }

  function requireQuota(attempted: number): void {
    const maximum = options.imagePropertyQuota;
    if (maximum < 0 || attempted <= maximum) return;
    throw new ImageError('PROPERTY_QUOTA_EXCEEDED', { attempted, maximum });
  }
}

function rulesFor(rule: Rule, { visibility }: ImageFields): Rule[] {
  if (visibility === Visibility.PUBLIC) return [rule, 'publicize_image'];
  return visibility === Visibility.COMMUNITY ? [rule, 'communitize_image'] : [rule];
}

/** Refuses to change size and checksum once the image has data, which they describe (contract C12.4). */
function refuseImmutable(
  caller: Caller,
  image: LockedImage,
  requested: { size?: number; checksum?: string | null },
): void {
  if (caller.isAdmin || !['active', 'deactivated'].includes(image.status)) return;
  const field = (['size', 'checksum'] as const).find((each) => isOther(requested[each], image[each]));
  if (field)
    throw new ImageError('IMAGE_FIELD_IMMUTABLE', {
      id: image.id,
      field,
      imageStatus: image.status,
      why: 'data',
    });
}

function refuseOtherIdentity(
  image: LockedImage,
  requested: { status?: string | null; id?: string | null },
): void {
  const field = (['status', 'id'] as const).find((each) => isOther(requested[each], image[each]));
  if (field) throw new ImageError('IMAGE_FIELD_IMMUTABLE', { id: image.id, field });
}

/** Returns true when the request names another value than the stored one. Sizes above 2^53 are stored as text. */
function isOther(requested: string | number | null | undefined, stored: unknown): boolean {
  if (requested === undefined) return false;
  if (typeof requested === 'number') return requested !== Number(stored ?? Number.NaN);
  return requested !== (stored ?? null);
}

function refuseDeletion(image: LockedImage): void {
  const { id } = image;
  if (image.protected) throw new ImageError('IMAGE_PROTECTED', { id });
  if (image.status === 'pending_delete') throw new ImageError('IMAGE_PENDING_DELETE', { id });
  if (isGone(image)) throw new ImageError('IMAGE_NOT_FOUND', { id, why: 'deleted' });
}

/** Returns the owner in the request; undefined when the request names none. */
function requestedOwner(caller: Caller, fields: ImageFields): string | null | undefined {
  if (fields.owner === undefined || caller.isAdmin) return fields.owner;
  throw badInput('owner', 'can be chosen by administrators only');
}

function refuseTwins(present: readonly string[], set: ReadonlyMap<string, string | null>): void {
  for (const name of set.keys()) {
    // The stored names count: a collation that ignores case has already made one property of two.
    const [one, other] = present.filter((each) => foldedName(each) === foldedName(name));
    if (other === undefined) continue;
    throw badInput(
      'properties',
      `${one} and ${other} are one name to clients of version 1, which fold case and dashes`,
    );
  }
}
