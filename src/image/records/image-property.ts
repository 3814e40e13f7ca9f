import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { CHARACTERS } from '../column-sizes.js';
import { SoftDeletable } from './soft-deletable.js';

/** A property of an image (contract C6.5). */
@Entity('image_properties')
@ObjectType({ simpleResolvers: true, description: 'A name and a value that users give to an image.' })
export class ImageProperty extends SoftDeletable {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('varchar', { name: 'image_id', length: CHARACTERS.id })
  imageId: string;

  @Column('varchar', { length: CHARACTERS.propertyName })
  @Field({ description: 'Unique within the image. At most 255 characters.' })
  name: string;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'At most 65,535 bytes of UTF-8.' })
  value: string | null;
}
