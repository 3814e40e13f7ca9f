import { md5, type Operation, type Who } from './operations.js';
import { graphqlChange, v1Change, type Change } from './said.js';

/** Most properties of one image, low enough to be reached. */
export const PROPERTY_QUOTA = 4;

interface MemberRow {
  memberId: string;
  canShare: boolean;
  isThere: boolean;
}

/** An image as both faces are to tell of it. */
export interface Image {
  id: string;
  name: string | null;
  status: string;
  diskFormat: string | null;
  containerFormat: string | null;
  size: number;
  virtualSize: number | null;
  checksum: string | null;
  minDisk: number;
  minRam: number;
  owner: string | null;
  visibility: 'public' | 'shared' | 'private' | 'community';
  protected: boolean;
  hidden: boolean;
  /** In the order in which they were first set: one that is set again after it was removed keeps its place. */
  properties: Map<string, { value: string | null; isThere: boolean }>;
  /** In the order in which they were first added; version 1 may make one tenant a member twice. */
  members: MemberRow[];
  data: string | undefined;
}

/** The outcome of a request. A refused request may change something too. */
export type Outcome = 'done' | 'refused';

const TENANTS: Record<Who, string | null> = { anna: 'anna', bert: 'bert', ops: 'ops', nobody: null };

export const isAdmin = (who: Who) => who === 'ops';
const memberships = (who: Who, { members }: Image) =>
  members.filter(({ memberId, isThere }) => isThere && memberId === TENANTS[who]);
const isMember = (who: Who, image: Image) => memberships(who, image).length > 0;
const isOwner = (who: Who, { owner }: Image) => TENANTS[who] !== null && TENANTS[who] === owner;
export const mayChange = (who: Who, image: Image) => isAdmin(who) || isOwner(who, image);

/** Returns true if the caller finds the image by its id (contract C19.2). */
export function finds(who: Who, image: Image): boolean {
  if (isAdmin(who)) return true;
  if (image.status === 'deleted') return false;
  const isOpen = image.owner === null || ['public', 'community'].includes(image.visibility);
  return isOpen || isOwner(who, image) || (image.visibility === 'shared' && isMember(who, image));
}

/** In whose lists it is (contract C19.3); in those of version 1 unless it is killed (C11.6). */
export function lists(who: Who, image: Image, face: 'v1' | 'graphql'): boolean {
  if (image.status === 'deleted' || image.hidden || (face === 'v1' && image.status === 'killed'))
    return false;
  if (isAdmin(who) || image.visibility === 'public' || isOwner(who, image)) return true;
  return image.visibility === 'shared' && isMember(who, image);
}

/** The live properties. */
export function propertiesOf({ properties }: Image): [name: string, value: string | null][] {
  return [...properties].filter(([, { isThere }]) => isThere).map(([name, { value }]) => [name, value]);
}

/** The members that a caller is told of (contract C18.1). */
export function membersFor(who: Who, image: Image): [memberId: string, canShare: boolean][] {
  return image.members
    .filter(({ memberId, isThere }) => isThere && (mayChange(who, image) || memberId === TENANTS[who]))
    .map(({ memberId, canShare }) => [memberId, canShare]);
}

/** Glance's rules as far as the operations reach, without a word about how they are met. */
export class Model {
  readonly images: Image[] = [];

  imageOf(operation: Operation): Image | undefined {
    return 'nth' in operation ? this.images[operation.nth % this.images.length] : undefined;
  }

  /** @param id that an image which is made is to have */
  apply(operation: Operation, id: string): Outcome {
    const { who } = operation;
    if (operation.does === 'create') return this.create(operation, id);
    const image = this.imageOf(operation);
    if (!image || who === 'nobody' || !finds(who, image)) return 'refused';
    switch (operation.does) {
      case 'update':
        return update(image, operation);
      case 'send':
        return send(image, operation);
      case 'delete':
        return remove(image, who);
      default:
        return share(image, operation);
    }
  }

  private create(operation: Operation & { does: 'create' }, id: string): Outcome {
    const { who } = operation;
    const change = operation.face === 'v1' ? v1Change(operation) : graphqlChange(operation);
    if (change === 'refused' || who === 'nobody' || mayNotSay(who, change, operation.face)) return 'refused';
    const image: Image = { ...NEW, id, properties: new Map(), members: [], owner: TENANTS[who] };
    set(image, change, isAdmin(who));
    if (operation.face === 'graphql' && hasTwins(image, change.properties)) return 'refused';
    if (propertiesOf(image).length > PROPERTY_QUOTA) return 'refused';
    this.images.push(image);
    if (operation.face !== 'v1') return 'done';
    // Nothing to come, and none of it missing (contract C9.4).
    if (change.size === 0 && operation.body === undefined) image.status = 'active';
    return operation.body === undefined ? 'done' : receive(image, operation.body, operation.type);
  }
}

const NEW: Omit<Image, 'id' | 'properties' | 'members'> = {
  name: null,
  status: 'queued',
  diskFormat: null,
  containerFormat: null,
  size: 0,
  virtualSize: null,
  checksum: null,
  minDisk: 0,
  minRam: 0,
  owner: null,
  visibility: 'shared',
  protected: false,
  hidden: false,
  data: undefined,
};

/** Publishing is an administrator's; on GraphQL so is naming an owner, which version 1 passes over (C9.3). */
function mayNotSay(who: Who, change: Change, face: 'v1' | 'graphql'): boolean {
  if (isAdmin(who)) return false;
  return change.visibility === 'public' || (face === 'graphql' && change.owner !== undefined);
}

function update(image: Image, operation: Operation & { does: 'update' }): Outcome {
  const { who, face } = operation;
  const change = face === 'v1' ? v1Change(operation) : graphqlChange(operation);
  if (change === 'refused' || mayNotSay(who, change, face)) return 'refused';
  if (image.status === 'deleted' || !mayChange(who, image)) return 'refused';
  // Facts about data that is there (contract C12.4).
  const isOther = (field: 'size' | 'checksum') =>
    change[field] !== undefined && change[field] !== image[field];
  if (!isAdmin(who) && image.status === 'active' && (isOther('size') || isOther('checksum')))
    return 'refused';
  const body = face === 'v1' ? operation.body : undefined;
  if (body !== undefined && image.status !== 'queued') return 'refused';
  const after = structuredClone(image);
  set(after, change, isAdmin(who));
  if (change.properties.length > 0 && propertiesOf(after).length > PROPERTY_QUOTA) return 'refused';
  if (face === 'graphql' && hasTwins(after, change.properties)) return 'refused';
  Object.assign(image, after);
  return body === undefined ? 'done' : receive(image, body, (operation as { type: string }).type);
}

function set(image: Image, change: Change, ownerToo: boolean): void {
  const { properties, removes, owner, ...fields } = change;
  Object.assign(image, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
  if (owner !== undefined && ownerToo) image.owner = owner;
  for (const [name, property] of image.properties) {
    if (removes === 'others' || removes.includes(name)) property.isThere = false;
  }
  for (const { name, value } of properties) image.properties.set(name, { value, isThere: true });
}

/** GraphQL refuses names that version 1 takes for one (contract C7.4). */
function hasTwins(image: Image, set: Change['properties']): boolean {
  const fold = (name: string) => name.toLowerCase().replaceAll('-', '_');
  const names = propertiesOf(image).map(([name]) => fold(name));
  return set.some(({ name }) => names.filter((each) => each === fold(name)).length > 1);
}

function send(image: Image, { who, face, body }: Operation & { does: 'send' }): Outcome {
  if (!mayChange(who, image) || image.status !== 'queued') return 'refused';
  // A sender on the data road says how much will come: what cannot be right is refused before it comes.
  if (face === 'data' && image.size > 0 && image.size !== body.length) return 'refused';
  const outcome = receive(image, body);
  // Version 1 leaves the virtual size as its client declared it.
  if (outcome === 'done' && image.diskFormat === 'raw' && body !== '') image.virtualSize = body.length;
  return outcome;
}

/** Data arrives for a queued image, which is killed by data that is not as declared (contract C9.7, C9.8). */
function receive(image: Image, body: string, type = 'application/octet-stream'): Outcome {
  const { diskFormat, containerFormat } = image;
  if (diskFormat === null || containerFormat === null) return 'refused';
  const isAmazons = ['aki', 'ari', 'ami'].some((format) => [diskFormat, containerFormat].includes(format));
  if (isAmazons && diskFormat !== containerFormat) return 'refused';
  const isRight =
    type === 'application/octet-stream' &&
    (image.size === 0 || image.size === body.length) &&
    (image.checksum === null || image.checksum === md5(body));
  Object.assign(
    image,
    isRight ? { status: 'active', size: body.length, checksum: md5(body), data: body } : { status: 'killed' },
  );
  return isRight ? 'done' : 'refused';
}

function remove(image: Image, who: Who): Outcome {
  if (image.protected || image.status === 'deleted' || !mayChange(who, image)) return 'refused';
  Object.assign(image, { status: 'deleted', properties: new Map(), members: [], data: undefined });
  return 'done';
}

function share(image: Image, operation: Operation & { does: 'add' | 'remove' | 'replace' }): Outcome {
  const { who, face } = operation;
  const sharesOn = memberships(who, image).some(({ canShare }) => canShare);
  if (image.status === 'deleted' || !(mayChange(who, image) || sharesOn)) return 'refused';
  if (face === 'v1' && hasSlashInPath(operation)) return 'refused';
  const live = image.members.filter(({ isThere }) => isThere);
  const there = (id: string) => live.find(({ memberId }) => memberId === id);
  const gone = (id: string) => image.members.find(({ memberId, isThere }) => memberId === id && !isThere);
  // Version 1 remembers a member who was removed; GraphQL does not (contract C18.3).
  const former = (id: string) => (face === 'v1' ? gone(id)?.canShare : undefined);
  const add = (memberId: string, canShare: boolean) => {
    const revived = gone(memberId);
    if (revived) Object.assign(revived, { canShare, isThere: true });
    else image.members.push({ memberId, canShare, isThere: true });
  };
  const forgetRepeated = (among: readonly MemberRow[]) => {
    image.members = image.members.filter((row) => !among.includes(row) || there(row.memberId) === row);
  };
  if (operation.does === 'remove') {
    const { memberId } = operation;
    const seesIt = face === 'graphql' || mayChange(who, image) || memberId === TENANTS[who];
    if (!there(memberId) || !seesIt) return 'refused';
    forgetRepeated(live.filter((row) => row.memberId === memberId));
    there(memberId)!.isThere = false;
  } else if (operation.does === 'add') {
    const { memberId, canShare } = operation.member;
    const present = there(memberId);
    if (present) present.canShare = canShare ?? present.canShare;
    else if (former(memberId) === undefined || canShare !== undefined) add(memberId, canShare ?? false);
  } else {
    const ids = operation.members.map(({ memberId }) => memberId);
    if (face === 'graphql' && new Set(ids).size < ids.length) return 'refused';
    forgetRepeated(live);
    for (const row of live) if (!ids.includes(row.memberId)) row.isThere = false;
    for (const { memberId, canShare } of operation.members) {
      const present = there(memberId);
      if (present) present.canShare = canShare ?? present.canShare;
      else add(memberId, canShare ?? former(memberId) ?? false);
    }
  }
  // Version 1 looks at the image again after the change (contract C18.9), except after adding one.
  return face === 'v1' && operation.does !== 'add' && !finds(who, image) ? 'refused' : 'done';
}

/** A path of version 1 is decoded before it is routed: a slash in a name leads elsewhere (contract C1.9). */
function hasSlashInPath(operation: Operation & { does: 'add' | 'remove' | 'replace' }): boolean {
  if (operation.does === 'replace') return false;
  return (operation.does === 'add' ? operation.member.memberId : operation.memberId).includes('/');
}
