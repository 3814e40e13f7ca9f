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
  description: 'A tenant that an image is shared with. It counts while the visibility is SHARED.',
})
export class ImageMember extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  @Field(() => ID, { description: 'The image that is shared.' })
  imageId: string;

  @Column('varchar', { name: 'member', length: CHARACTERS.member })
  @Field(() => ID, { description: 'The tenant (project), or whatever owns images here.' })
  memberId: string;

  @Column('tinyint', { name: 'can_share' })
  @Field({ description: 'The member may change the members of the image too.' })
  canShare: boolean;

  @Column('varchar', { length: CHARACTERS.memberStatus })
  @Field({ description: 'What the member made of the offer: `pending`, `accepted` or `rejected`.' })
  status: string;

  @Field(() => DateTime, { description: 'When the tenant became a member.' })
  declare createdAt: string;

  @Field(() => DateTime, { nullable: true, description: 'When the membership last changed.' })
  declare updatedAt: string | null;
}
