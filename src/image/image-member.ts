import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CHARACTERS } from './limits.js';
import { SoftDeletable } from './soft-deletable.js';

/** A tenant that a shared image is shared with (contract C18). */
@Entity('image_members')
export class ImageMember extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  imageId: string;

  @Column('varchar', { length: CHARACTERS.member })
  member: string;

  @Column('tinyint', { name: 'can_share' })
  canShare: boolean;

  /** `pending`, `accepted` or `rejected`. */
  @Column('varchar', { length: CHARACTERS.memberStatus })
  status: string;
}
