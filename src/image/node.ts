import { Field, ID, InterfaceType } from 'type-graphql';

/** What a client may keep under one id and ask for again by it (Relay's specification of object identification). */
@InterfaceType({
  description: 'Something with an id of its own among everything here; `node` finds it again.',
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

/**
 * The id of a membership as a node. No id of an image has a slash, since it stands in paths; so the first slash ends
 * the image's id, and a member's name may have any character.
 */
export function membershipId({ imageId, memberId }: Membership): string {
  return `${imageId}/${memberId}`;
}

/** Undefined for an id that is none of a membership. */
export function readMembershipId(id: string): Membership | undefined {
  const end = id.indexOf('/');
  return end < 0 ? undefined : { imageId: id.slice(0, end), memberId: id.slice(end + 1) };
}

interface Membership {
  imageId: string;
  memberId: string;
}
