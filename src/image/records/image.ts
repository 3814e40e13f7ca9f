import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../date-time.js';
import { ImageMember } from './image-member.js';
import { ImageProperty } from './image-property.js';
import { CHARACTERS } from '../column-sizes.js';
import { Node } from './node.js';
import { SoftDeletable } from './soft-deletable.js';

/** Who may see an image. */
export enum Visibility {
  PUBLIC = 'public',
  SHARED = 'shared',
  PRIVATE = 'private',
  COMMUNITY = 'community',
}

registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'Who may see an image.',
  valuesConfig: {
    PUBLIC: { description: 'Everybody sees it.' },
    SHARED: { description: 'Its owner and its members see it. The default.' },
    PRIVATE: { description: 'Its owner alone sees it; members do not count.' },
    COMMUNITY: { description: 'Everybody may use it by its id; it is not in the lists of others.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What you may do with an image just now.' })
export class ImagePermissions {
  @Field({ description: 'Change what is known of it, and send its data while it is queued.' })
  canUpdate: boolean;

  @Field({ description: 'Delete it. Nobody may while it is protected.' })
  canDelete: boolean;

  @Field({ description: 'Add and remove its members.' })
  canShare: boolean;

  @Field({ description: 'Get its data, which it has while it is active.' })
  canDownload: boolean;

  @Field({ description: 'Withhold its data, which is given out while it is active.' })
  canDeactivate: boolean;

  @Field({ description: 'Give out its data again, which is withheld while it is deactivated.' })
  canReactivate: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'How far an import has come.' })
export class ImportProgress {
  @Field(() => GraphQLSafeInt, { description: 'Bytes that are here. 0 while the import waits for its turn.' })
  bytesReceived: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes that there will be in all; null as long as nobody has said it.',
  })
  size: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A digest and how it was made.' })
export class ImageHash {
  @Field({ description: 'Such as `sha512`.' })
  algorithm: string;

  @Field({ description: 'Hexadecimal digits.' })
  value: string;
}

/**
 * An image: its columns in Glance's table and its fields in GraphQL (contract C6.1). Columns without a
 * field never leave the gateway. Times are text in the database's form, so that no microsecond is lost.
 */
@Entity('images')
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A virtual machine image: what is known about it, and whether its data is here.',
})
export class Image extends SoftDeletable {
  @PrimaryColumn('varchar', { length: CHARACTERS.id })
  @Field(() => ID, {
    description:
      'Unique for ever, also after the image is deleted, and without regard to letter case. Kept as given at creation.',
  })
  id: string;

  @Column('varchar', { length: CHARACTERS.name, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'A name for people; need not be unique. At most 255 characters.',
  })
  name: string | null;

  @Column('varchar', { length: CHARACTERS.status })
  @Field({
    description:
      'Where the image is in its life: `queued` (no data yet), `saving` (data is arriving), `active` (data is here), ' +
      '`deactivated` (an administrator withholds the data), `killed` (the upload failed, see statusReason), ' +
      '`pending_delete`, `deleted`. Others that use the same database may write further values.',
  })
  status: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the image is killed, for those who may change it. Null for others and in every other status.',
  })
  statusReason: string | null;

  @Field(() => ImportProgress, {
    nullable: true,
    description:
      'How far the import of its data has come, on whichever gateway it runs, told about once a second. Null when ' +
      'nothing is being imported.',
  })
  importProgress: ImportProgress | null;

  @Column('varchar', { name: 'disk_format', length: CHARACTERS.diskFormat, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Format of the disk in the data, such as `qcow2` or `raw`.',
  })
  diskFormat: string | null;

  @Column('varchar', { name: 'container_format', length: CHARACTERS.containerFormat, nullable: true })
  @Field(() => String, { nullable: true, description: 'What the disk is wrapped in; `bare` for nothing.' })
  containerFormat: string | null;

  @Column('bigint', { nullable: true })
  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description:
      'Bytes of data. Before the data is here: the size declared at creation, else 0, or null beside a live Glance.',
  })
  size: number | null;

  @Column('bigint', { name: 'virtual_size', nullable: true })
  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes of the disk that the data unpacks to, where known.',
  })
  virtualSize: number | null;

  @Column('varchar', { length: CHARACTERS.checksum, nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'MD5 of the data, 32 hexadecimal digits. Before the data is here: as declared at creation, else null.',
  })
  checksum: string | null;

  @Column('varchar', { name: 'os_hash_algo', length: CHARACTERS.hashAlgorithm, nullable: true })
  hashAlgorithm: string | null;

  @Column('varchar', { name: 'os_hash_value', length: CHARACTERS.hashValue, nullable: true })
  hashValue: string | null;

  @Column('int', { name: 'min_disk' })
  @Field(() => Int, { description: 'GiB of disk that a machine needs to boot the image; 0 for no demand.' })
  minDisk: number;

  @Column('int', { name: 'min_ram' })
  @Field(() => Int, { description: 'MiB of memory that a machine needs to boot the image; 0 for no demand.' })
  minRam: number;

  @Column('varchar', { length: CHARACTERS.owner, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The tenant (or user) that the image belongs to; null for nobody.',
  })
  owner: string | null;

  @Field({
    description: 'True when the visibility is PUBLIC; the word for it in version 1 of the Images API.',
  })
  isPublic: boolean;

  // An enum on MySQL; TypeORM has no enum on SQLite, and the migrations make the column, not this line.
  @Column('varchar', { length: 20 })
  @Field(() => Visibility, { description: 'Who may see the image.' })
  visibility: Visibility;

  @Column('tinyint')
  @Field({ description: 'True when the image cannot be deleted before this is set to false.' })
  protected: boolean;

  @Column('tinyint', { name: 'os_hidden' })
  @Field({ description: 'True when the image is left out of lists that do not ask for hidden images.' })
  hidden: boolean;

  @Field(() => [ImageProperty], { description: 'Free names and values, sorted by name.' })
  properties: ImageProperty[];

  @Field(() => [ImageMember], {
    description:
      'Whom the image is shared with, for those who may change it; others see their own entry only.',
  })
  members: ImageMember[];

  @Field(() => ImagePermissions, { description: 'What you may do with the image just now.' })
  permissions: ImagePermissions;

  @Field(() => [String], { description: 'Tags, sorted, each once.' })
  tags: string[];

  @Field(() => ImageHash, {
    nullable: true,
    description: 'A second digest of the data; null before it is here.',
  })
  hash: ImageHash | null;

  @Field(() => DateTime, { description: 'When the image was registered.' })
  declare createdAt: string;

  @Field(() => DateTime, { nullable: true, description: 'When the record last changed.' })
  declare updatedAt: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the image was deleted; null while it is not.' })
  declare deletedAt: string | null;
}
