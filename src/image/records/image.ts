import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime } from '../date-time.js';
import { ImageMember } from './image-member.js';
import { ImageProperty } from './image-property.js';
import { CHARACTERS } from '../column-sizes.js';
import { Node } from './node.js';
import { SoftDeletable } from './soft-deletable.js';

/** The callers who may see an image. */
export enum Visibility {
  PUBLIC = 'public',
  SHARED = 'shared',
  PRIVATE = 'private',
  COMMUNITY = 'community',
}

registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'The callers who may see an image.',
  valuesConfig: {
    PUBLIC: { description: 'Everybody may see and use the image.' },
    SHARED: { description: 'The owner and the members may see and use the image. This is the default.' },
    PRIVATE: { description: 'Only the owner may see and use the image, whatever members it has.' },
    COMMUNITY: {
      description: 'Everybody may use the image by its id. Other tenants do not find it in their lists.',
    },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'The operations that you may do with an image at present.',
})
export class ImagePermissions {
  @Field({ description: 'True when you may change the record, and send the data while the image is queued.' })
  canUpdate: boolean;

  @Field({ description: 'True when you may delete the image. Nobody may while it is protected.' })
  canDelete: boolean;

  @Field({ description: 'True when you may add and remove members.' })
  canShare: boolean;

  @Field({ description: 'True when you may download the data. The image must be active.' })
  canDownload: boolean;

  @Field({ description: 'True when you may withhold the data. The image must be active.' })
  canDeactivate: boolean;

  @Field({ description: 'True when you may release the data again. The image must be deactivated.' })
  canReactivate: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'The progress of an import.' })
export class ImportProgress {
  @Field(() => GraphQLSafeInt, {
    description: 'Bytes received until now; 0 while the import waits for its turn.',
  })
  bytesReceived: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes of the data in all; null until the source says it.',
  })
  size: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A digest and its algorithm.' })
export class ImageHash {
  @Field({ description: 'The name of the algorithm, such as `sha512`.' })
  algorithm: string;

  @Field({ description: 'The digest in hexadecimal digits.' })
  value: string;
}

/**
 * An image: its columns in Glance's table and its fields in GraphQL (contract C6.1). GraphQL never shows a column without
 * a field. Times are text in the database's form, so that no microsecond is lost.
 */
@Entity('images')
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A virtual machine image: its record, and the status of its data.',
})
export class Image extends SoftDeletable {
  @PrimaryColumn('varchar', { length: CHARACTERS.id })
  @Field(() => ID, {
    description:
      'Unique for ever, also after the image is deleted. Letter case makes no difference. The id stays as it was given at creation.',
  })
  id: string;

  @Column('varchar', { length: CHARACTERS.name, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'A name for people. It need not be unique. At most 255 characters.',
  })
  name: string | null;

  @Column('varchar', { length: CHARACTERS.status })
  @Field({
    description:
      'The status of the image: `queued` (it has no data yet), `saving` (the gateway receives the data), `active` (it has ' +
      'data), `deactivated` (an administrator withholds the data), `killed` (the upload failed, see statusReason), ' +
      '`pending_delete`, `deleted`. Other programs on the same database may write further values.',
  })
  status: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The reason why the image is killed. Null for callers who may not change the image, and in every other status.',
  })
  statusReason: string | null;

  @Field(() => ImportProgress, {
    nullable: true,
    description:
      'The progress of the import of the data, on whichever gateway it runs, updated about once a second. Null when no ' +
      'import is running.',
  })
  importProgress: ImportProgress | null;

  @Column('varchar', { name: 'disk_format', length: CHARACTERS.diskFormat, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The format of the disk in the data, such as `qcow2` or `raw`.',
  })
  diskFormat: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The format that the gateway found in the data: `qcow2`, `vmdk`, `vhd`, `vhdx`, `vdi`, `qcow` (version 1), `qed`, ' +
      '`ploop`, `luks`, `iso`, `udf`, `gpt`, `mbr`, `gzip`, `bzip2`, `xz`, `zstd`, `zip`, `tar`, or `raw` for any other ' +
      'data. Null while the image has no data, and for data that did not pass through a gateway with IMAGE_FORMAT_CHECK.',
  })
  detectedFormat: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The address that the data was imported from, without user, query and fragment. Null for data that was not ' +
      'imported, and for those who may not change the image.',
  })
  importSource: string | null;

  @Column('varchar', { name: 'container_format', length: CHARACTERS.containerFormat, nullable: true })
  @Field(() => String, { nullable: true, description: 'The container around the disk; `bare` for none.' })
  containerFormat: string | null;

  @Column('bigint', { nullable: true })
  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description:
      'Bytes of the data. Before the image has data: the size declared at creation, else 0, or null beside a live Glance.',
  })
  size: number | null;

  @Column('bigint', { name: 'virtual_size', nullable: true })
  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes of the disk that the data unpacks to; null where unknown.',
  })
  virtualSize: number | null;

  @Column('varchar', { length: CHARACTERS.checksum, nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'MD5 of the data, 32 hexadecimal digits. Before the image has data: the checksum declared at creation, else null.',
  })
  checksum: string | null;

  @Column('varchar', { name: 'os_hash_algo', length: CHARACTERS.hashAlgorithm, nullable: true })
  hashAlgorithm: string | null;

  @Column('varchar', { name: 'os_hash_value', length: CHARACTERS.hashValue, nullable: true })
  hashValue: string | null;

  @Column('int', { name: 'min_disk' })
  @Field(() => Int, { description: 'GiB of disk that a machine needs to boot the image; 0 for no minimum.' })
  minDisk: number;

  @Column('int', { name: 'min_ram' })
  @Field(() => Int, {
    description: 'MiB of memory that a machine needs to boot the image; 0 for no minimum.',
  })
  minRam: number;

  @Column('varchar', { length: CHARACTERS.owner, nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'The tenant (or user) that owns the image; null for none.',
  })
  owner: string | null;

  @Field({
    description:
      'True when the visibility is PUBLIC. Version 1 of the Images API has this field instead of `visibility`.',
  })
  isPublic: boolean;

  // An enum on MySQL; TypeORM has no enum on SQLite, and the migrations make the column, not this line.
  @Column('varchar', { length: 20 })
  @Field(() => Visibility, { description: 'The callers who may see the image.' })
  visibility: Visibility;

  @Column('tinyint')
  @Field({ description: 'True when the image cannot be deleted until this is set to false.' })
  protected: boolean;

  @Column('tinyint', { name: 'os_hidden' })
  @Field({ description: 'True when only lists that ask for hidden images hold the image.' })
  hidden: boolean;

  @Field(() => [ImageProperty], { description: 'The properties, sorted by name.' })
  properties: ImageProperty[];

  @Field(() => [ImageMember], {
    description:
      'The members of the image. Callers who may not change the image see only their own membership.',
  })
  members: ImageMember[];

  @Field(() => ImagePermissions, { description: 'The operations that you may do with the image at present.' })
  permissions: ImagePermissions;

  @Field(() => [String], { description: 'The tags, sorted, each once.' })
  tags: string[];

  @Field({
    description:
      'Identifies this state of the record, its tags, and the properties that you may read: it differs after every change ' +
      'of them. It is the same on every gateway. updateImage takes it as `expectedRevision`.',
  })
  revision: string;

  @Field(() => ImageHash, {
    nullable: true,
    description:
      'A second digest of the data. Before the image has data: the digest declared at creation, else null.',
  })
  hash: ImageHash | null;

  @Field(() => DateTime, { description: 'The time when the image was created.' })
  declare createdAt: string;

  @Field(() => DateTime, { nullable: true, description: 'The time of the last change of the record.' })
  declare updatedAt: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The time when the image was deleted; null while it is not.',
  })
  declare deletedAt: string | null;
}
