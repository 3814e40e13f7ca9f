import { sendText } from '../../support/client.js';
import type { TestGateway } from '../../support/gateway.js';
import { v1, type V1Record } from '../../support/v1-client.js';
import { identity } from './faces.js';
import { finds, isAdmin, lists, membersFor, propertiesOf, type Image } from './model.js';
import type { Who } from './operations.js';

/** The fields of an image that both faces have; the times are those of the database. */
export interface Told extends Omit<Image, 'visibility' | 'hidden' | 'properties' | 'members' | 'data'> {
  isPublic: boolean;
  createdAt?: string;
  updatedAt?: string;
  deletedAt?: string | null;
  /** Sorted by name. */
  properties: [name: string, value: string | null][];
}

/** An image as GraphQL shows it. */
interface Node extends Omit<Told, 'properties'> {
  properties: { name: string; value: string | null }[];
  members?: { memberId: string; canShare: boolean }[];
}

/** The list of images, and each image under its alias. */
type GraphqlView = { images: { edges: { node: Node }[] } } & Record<`i${number}`, Node | null>;

/** The answers of one face to one caller: the list, and each image by its id. */
export interface View {
  list: Told[];
  found: Record<string, Told | null>;
  members: Record<string, [memberId: string, canShare: boolean][] | null>;
}

const FIELDS =
  'id name status diskFormat containerFormat size virtualSize checksum minDisk minRam owner isPublic protected ' +
  'createdAt updatedAt deletedAt properties { name value }';

/** Returns the answers of GraphQL to a caller. */
export async function graphqlView(gateway: TestGateway, who: Who, images: readonly Image[]): Promise<View> {
  const each = images
    .map(({ id }, n) => `i${n}: image(id: "${id}") { ${FIELDS} members { memberId canShare } }`)
    .join(' ');
  // Version 1 knows nothing of members' answers: it lists what is shared, whatever they said.
  const query = `{ images(first: 100, memberStatus: ALL) { edges { node { ${FIELDS} } } } ${each} }`;
  const answer = await sendText(gateway, query, {}, identity(who));
  const { images: list, ...found } = answer.data as GraphqlView;
  const byId = <Given>(give: (node: Node) => Given): Record<string, Given | null> =>
    Object.fromEntries(
      images.map(({ id }, n) => {
        const node = found[`i${n}`];
        return [id, node && give(node)];
      }),
    );
  return {
    list: sorted(list.edges.map(({ node }) => fromNode(node))),
    found: byId(fromNode),
    members: byId(({ members }) => members!.map(({ memberId, canShare }) => [memberId, canShare])),
  };
}

/** Returns the detailed list of version 1 for a caller. */
export async function v1List(gateway: TestGateway, who: Who): Promise<Told[]> {
  const query = isAdmin(who) ? '?limit=1000&is_public=none' : '?limit=1000';
  const answer = await v1(gateway, 'GET', `/v1/images/detail${query}`, identity(who));
  return sorted(answer.json().images.map(fromJson));
}

/** Returns version 1's list of members for a caller; null for an image that is not found. */
export async function v1Members(
  gateway: TestGateway,
  who: Who,
  { id }: Image,
): Promise<View['members'][string]> {
  const answer = await v1(gateway, 'GET', `/v1/images/${id}/members`, identity(who));
  if (answer.status !== 200) return null;
  return answer.json().members.map((member) => [member.member_id, member.can_share]);
}

/** Status, headers and data of HEAD or GET of version 1. */
export async function v1Image(gateway: TestGateway, method: 'HEAD' | 'GET', who: Who, { id }: Image) {
  const { status, headers, text } = await v1(gateway, method, `/v1/images/${id}`, identity(who));
  const meta = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => name.startsWith('x-image-meta-') || name === 'etag');
  return { status, meta: Object.fromEntries(meta), text };
}

/** Returns the answers that the model expects of both faces for a caller. */
export function expectedView(who: Who, images: readonly Image[], face: 'v1' | 'graphql'): View {
  const byId = <Given>(give: (image: Image) => Given): Record<string, Given | null> =>
    Object.fromEntries(images.map((image) => [image.id, finds(who, image) ? give(image) : null]));
  return {
    list: sorted(images.filter((image) => lists(who, image, face)).map(told)),
    found: byId(told),
    members: byId((image) => membersFor(who, image)),
  };
}

/**
 * The headers that version 1 is to send for an image: nulls left out, booleans in capitals, control characters
 * as blanks, names that are no tokens left out, of names that fold to one the last (contract C6.7; what v1
 * cannot say).
 */
export function expectedHeaders(
  image: Image,
  { createdAt, updatedAt, deletedAt }: Told,
): Record<string, string> {
  const time = (text: string | null | undefined) => text?.slice(0, -1) ?? null;
  const headers = new Map<string, string | null>([
    ['x-image-meta-id', image.id],
    ['x-image-meta-name', image.name],
    ['x-image-meta-status', image.status],
    ['x-image-meta-disk_format', image.diskFormat],
    ['x-image-meta-container_format', image.containerFormat],
    ['x-image-meta-size', String(image.size)],
    ['x-image-meta-virtual_size', image.virtualSize === null ? null : String(image.virtualSize)],
    ['x-image-meta-checksum', image.checksum],
    ['x-image-meta-min_disk', String(image.minDisk)],
    ['x-image-meta-min_ram', String(image.minRam)],
    ['x-image-meta-owner', image.owner],
    ['x-image-meta-is_public', image.visibility === 'public' ? 'True' : 'False'],
    ['x-image-meta-protected', image.protected ? 'True' : 'False'],
    ['x-image-meta-deleted', image.status === 'deleted' ? 'True' : 'False'],
    ['x-image-meta-created_at', time(createdAt)],
    ['x-image-meta-updated_at', time(updatedAt)],
    ['x-image-meta-deleted_at', time(deletedAt)],
    ['etag', image.checksum],
  ]);
  const folded = new Map<string, [string, string]>();
  for (const [name, value] of propertiesOf(image)) {
    const lower = name.toLowerCase();
    if (value === null || !/^[!#$%&'*+.^_`|~0-9a-z-]*$/.test(lower)) continue;
    folded.set(lower.replaceAll('-', '_'), [`x-image-meta-property-${lower}`, value]);
  }
  for (const [name, value] of folded.values()) headers.set(name, value);
  const lines = [...headers].filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(lines.map(([name, value]) => [name, oneLine(value)]));
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ').trim();
}

function told(image: Image): Told {
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    diskFormat: image.diskFormat,
    containerFormat: image.containerFormat,
    size: image.size,
    virtualSize: image.virtualSize,
    checksum: image.checksum,
    minDisk: image.minDisk,
    minRam: image.minRam,
    owner: image.owner,
    isPublic: image.visibility === 'public',
    protected: image.protected,
    properties: byName(propertiesOf(image)),
  };
}

function fromNode(node: Node): Told {
  const same = { ...node };
  delete same.members;
  return { ...same, properties: byName(node.properties.map(({ name, value }) => [name, value])) };
}

function fromJson(image: V1Record): Told {
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    diskFormat: image.disk_format,
    containerFormat: image.container_format,
    size: image.size,
    virtualSize: image.virtual_size,
    checksum: image.checksum,
    minDisk: image.min_disk,
    minRam: image.min_ram,
    owner: image.owner,
    isPublic: image.is_public,
    protected: image.protected,
    createdAt: `${image.created_at}Z`,
    updatedAt: `${image.updated_at}Z`,
    deletedAt: image.deleted_at && `${image.deleted_at}Z`,
    properties: byName(Object.entries(image.properties)),
  };
}

function byName(properties: [string, string | null][]): [string, string | null][] {
  return properties.sort(([one], [other]) => (one < other ? -1 : 1));
}

function sorted(list: Told[]): Told[] {
  return list.sort((one, other) => (one.id < other.id ? -1 : 1));
}
