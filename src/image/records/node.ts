import { Field, ID, InterfaceType } from 'type-graphql';
import { CHARACTERS } from '../column-sizes.js';
import type { NamedMembership } from './member-records.js';

/** An object that a client may cache and fetch again by its id (Relay's specification of object identification). */
@InterfaceType({
  description: 'An object with a unique id. `node` and `nodes` find the object by this id.',
  resolveType: nodeType,
})
export abstract class Node {
  @Field(() => ID, { description: 'Unique among all nodes.' })
  id: string | number;
}

/** Returns the name of a row's type in GraphQL. */
export function nodeType(row: object): string {
  return 'memberId' in row ? 'ImageMember' : 'Image';
}

/** Returns the node id of a membership: the image's id, a colon, and the member, whose name may hold any character. */
export function membershipId({ imageId, memberId }: NamedMembership): string {
  return `${imageId}:${memberId}`;
}

/**
 * Reads the node id of a membership. Ids of images are UUIDs, with few exceptions: very old ids are shorter and may hold
 * a colon.
 *
 * @returns undefined for the id of another node
 */
export function readMembershipId(id: string): NamedMembership | undefined {
  const end = id[CHARACTERS.id] === ':' ? CHARACTERS.id : id.indexOf(':');
  return end < 0 ? undefined : { imageId: id.slice(0, end), memberId: id.slice(end + 1) };
}
