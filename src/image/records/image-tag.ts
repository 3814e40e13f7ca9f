import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CHARACTERS } from '../column-sizes.js';
import { SoftDeletable } from './soft-deletable.js';

/** A tag of an image, as in today's Glance. */
@Entity('image_tags')
export class ImageTag extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  imageId: string;

  @Column('varchar', { length: CHARACTERS.tag })
  value: string;
}
