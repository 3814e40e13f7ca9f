import { Field, ID, InterfaceType } from 'type-graphql';
import { CHARACTERS } from '../column-sizes.js';

/** An object that a client may cache and fetch again by its id (Relay's specification of object identification). */
@InterfaceType({
  description: 'An object with a unique id; `node` finds it by this id.',
  resolveType: nodeType,
})
export abstract class Node {
  @Field(() => ID, { description: 'Unique among all nodes.' })
  id: string | number;
}

/** The name of the type that a row has in GraphQL. */
export function nodeType(row: object): string {
  return 'memberId' in row ? 'ImageMember' : 'Image';
}

/** Returns the id of a membership as a node: the image's id, a colon, and the member, whose name may have any character. */
export function membershipId({ imageId, memberId }: Membership): string {
  return `${imageId}:${memberId}`;
}

/**
 * Reads the id of a membership. Ids of images are UUIDs, with few exceptions: very old ones are shorter, and may
 * have a colon themselves.
 *
 * @returns undefined for an id that is not of a membership
 */
export function readMembershipId(id: string): Membership | undefined {
  const end = id[CHARACTERS.id] === ':' ? CHARACTERS.id : id.indexOf(':');
  return end < 0 ? undefined : { imageId: id.slice(0, end), memberId: id.slice(end + 1) };
}

interface Membership {
  imageId: string;
  memberId: string;
}
