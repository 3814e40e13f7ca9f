import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CHARACTERS } from '../column-sizes.js';
import { SoftDeletable } from './soft-deletable.js';

/** A location of an image's data. It may hold credentials, so no face but the registry shows it (contract C6.2). */
@Entity('image_locations')
export class ImageLocation extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  imageId: string;

  @Column('text')
  value: string;

  /** JSON text; Glance names the store in it. */
  @Column('text', { name: 'meta_data', nullable: true })
  metadata: string | null;

  /** `active`, `pending_delete` or `deleted`. */
  @Column('varchar', { length: CHARACTERS.status })
  status: string;
}
