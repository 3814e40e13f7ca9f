import { Field, ID, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { DateTime } from '../date-time.js';
import { CHARACTERS } from '../column-sizes.js';
import { Node } from './node.js';
import { SoftDeletable } from './soft-deletable.js';

/** A tenant that a shared image is shared with (contract C18). */
@Entity('image_members')
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A tenant that an image is shared with. It has access while the visibility is SHARED.',
})
export class ImageMember extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  @Field(() => ID, { description: 'The id of the shared image.' })
  imageId: string;

  @Column('varchar', { name: 'member', length: CHARACTERS.member })
  @Field(() => ID, { description: 'The tenant (project); or the user, where users own images.' })
  memberId: string;

  @Column('tinyint', { name: 'can_share' })
  @Field({ description: 'True when the member may change the members of the image.' })
  canShare: boolean;

  @Column('varchar', { length: CHARACTERS.memberStatus })
  @Field({ description: 'The answer of the member: `pending`, `accepted` or `rejected`.' })
  status: string;

  @Field(() => DateTime, { description: 'The time when the tenant became a member.' })
  declare createdAt: string;

  @Field(() => DateTime, { nullable: true, description: 'The time of the last change of the membership.' })
  declare updatedAt: string | null;
}
