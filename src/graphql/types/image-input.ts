import {
  ArrayMaxSize,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';
import { badInput } from '../../image/errors.js';
import { Visibility } from '../../image/records/image.js';
import type { PropertyChanges } from '../../image/access/property-protection.js';
import type { ImageChanges, ImageFields, NewImage } from '../../image/change/image-request.js';
import { CHARACTERS, MAX_INTEGER, TEXT_BYTES } from '../../image/column-sizes.js';
import { textProblem } from '../../image/text.js';
import { HashInput } from './hash-input.js';
import { StoredText, WhenGiven } from './input-validators.js';

/** The highest numbers in one request, above any sensible quota: they keep a statement to the database short. */
const MOST_PROPERTIES = 1000;
export const MOST_TAGS = 1000;
const MOST_NUMBER = `must be a whole number from 0 to ${MAX_INTEGER}`;

@InputType({ description: 'A property to set.' })
export class PropertyInput {
  @Field({ description: 'From 1 to 255 characters, without control characters.' })
  @StoredText({ characters: CHARACTERS.propertyName })
  @MinLength(1, { message: 'must not be empty' })
  name: string;

  @Field({
    description:
      'At most 65,535 bytes of UTF-8. Of the control characters, only tab and line breaks are allowed.',
  })
  @StoredText({ bytes: TEXT_BYTES, lines: true })
  value: string;
}

@InputType({
  description: 'Changes to the properties of an image. Other properties stay as they are.',
})
export class PropertyChangesInput {
  @Field(() => [PropertyInput], {
    nullable: true,
    description: 'Properties to add or to change.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  set?: PropertyInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'Names of properties to remove. Names that the image does not have are ignored.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @IsString({ each: true })
  remove?: string[];

  @Field(() => [PropertyInput], {
    nullable: true,
    description:
      'All properties of the image; all others are removed. Not allowed together with `set` or `remove`.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  replaceAll?: PropertyInput[];
}

/** The fields of creation and update. They have no defaults, since an absent field must stay absent. */
@InputType()
abstract class ImageInputFields implements ImageFields {
  @Field(() => String, { nullable: true, description: 'A name for people. At most 255 characters.' })
  @IsOptional()
  @StoredText({ characters: CHARACTERS.name })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The format of the disk in the data, one of `formats { disk }`.',
  })
  @IsOptional()
  @IsString()
  diskFormat?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The container around the disk, one of `formats { container }`. If either format is aki, ari or ami, the other becomes the same.',
  })
  @IsOptional()
  @IsString()
  containerFormat?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The disk needed to boot the image, in GiB, from 0 to 2147483647.',
  })
  @WhenGiven()
  @IsInt({ message: MOST_NUMBER })
  @Min(0, { message: MOST_NUMBER })
  @Max(MAX_INTEGER, { message: MOST_NUMBER })
  minDisk?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The memory needed to boot the image, in MiB, from 0 to 2147483647.',
  })
  @WhenGiven()
  @IsInt({ message: MOST_NUMBER })
  @Min(0, { message: MOST_NUMBER })
  @Max(MAX_INTEGER, { message: MOST_NUMBER })
  minRam?: number;

  @Field(() => Boolean, { nullable: true, description: 'True protects the image from deletion.' })
  @WhenGiven()
  @IsIn([true, false], { message: 'must be true or false' })
  protected?: boolean;

  @Field(() => Visibility, {
    nullable: true,
    description:
      'The callers who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY the rule ' +
      'communitize_image.',
  })
  @WhenGiven()
  @IsIn(Object.values(Visibility), { message: 'must not be null' })
  visibility?: Visibility;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True keeps the image out of lists without a condition on `hidden`.',
  })
  @WhenGiven()
  @IsIn([true, false], { message: 'must be true or false' })
  hidden?: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The tenant (or user) that owns the image. Only administrators may set it.',
  })
  @IsOptional()
  @StoredText({ characters: CHARACTERS.owner })
  owner?: string | null;
}

@InputType({ description: 'A new image. Every field is optional.' })
export class CreateImageInput extends ImageInputFields {
  @Field(() => ID, {
    nullable: true,
    description: 'A UUID that no image has or had. The default is a new UUID.',
  })
  @IsOptional()
  @IsString()
  id?: string;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'The declared size of the data in bytes. An upload with another size fails.',
  })
  @IsOptional()
  @Min(0, { message: 'must not be negative' })
  size?: number;

  @Field(() => String, {
    nullable: true,
    description: 'The declared MD5 of the data, 32 hexadecimal digits. An upload with another MD5 fails.',
  })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/i, { message: 'must have 32 hexadecimal digits' })
  checksum?: string;

  @Field(() => HashInput, {
    nullable: true,
    description: 'A declared digest of the data. An upload or import of data with another digest fails.',
  })
  @IsOptional()
  @ValidateNested()
  hash?: HashInput;

  @Field(() => [PropertyInput], {
    nullable: true,
    description: 'Properties of the image. Each name may occur once.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  properties?: PropertyInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'Tags of 1 to 255 characters, without control characters. Repeated tags count once.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_TAGS)
  tags?: string[];
}

@InputType({
  description:
    'Changes to an image. A field that is not given stays as it is. Null clears name, diskFormat, containerFormat and owner.',
})
export class UpdateImageInput extends ImageInputFields {
  @Field(() => PropertyChangesInput, {
    nullable: true,
    description: 'Changes to the properties; must not be null.',
  })
  @WhenGiven()
  @IsObject({ message: 'must not be null' })
  @ValidateNested()
  properties?: PropertyChangesInput;
}

/** Returns the new image for the domain. A field that is null counts as absent. */
export function newImage({ properties, tags, hash, ...fields }: CreateImageInput): NewImage {
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
  if (typeof given.checksum === 'string') given.checksum = given.checksum.toLowerCase();
  (tags ?? []).forEach((tag, index) => requireTag(tag, `input.tags[${index}]`));
  return {
    ...given,
    ...(hash && { hash: { algorithm: hash.algorithm, value: hash.value.toLowerCase() } }),
    properties: byName(properties ?? [], 'input.properties'),
    tags: [...new Set(tags)],
  };
}

/** Refuses a tag that cannot be stored and shown. @throws ImageError BAD_USER_INPUT */
export function requireTag(tag: string, field: string): void {
  const problem = tag === '' ? 'must not be empty' : textProblem(tag, { characters: CHARACTERS.tag });
  if (problem) throw badInput(field, problem);
}

/** Returns the changes for the domain. */
export function imageChanges({ properties, ...fields }: UpdateImageInput): ImageChanges {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return properties ? { ...given, properties: propertyChanges(properties) } : given;
}

function propertyChanges({ set, remove, replaceAll }: PropertyChangesInput): PropertyChanges {
  const path = 'input.properties';
  if (replaceAll) {
    if (set || remove) throw badInput(`${path}.replaceAll`, 'excludes set and remove');
    return { set: byName(replaceAll, `${path}.replaceAll`), remove: 'others' };
  }
  const names = byName(set ?? [], `${path}.set`);
  const both = (remove ?? []).find((name) => names.has(name));
  if (both !== undefined) throw badInput(`${path}.remove`, `names ${both}, which is also in set`);
  const twice = (remove ?? []).find((name, index, all) => all.indexOf(name) !== index);
  if (twice !== undefined) throw badInput(`${path}.remove`, `names ${twice} twice`);
  return { set: names, remove: remove ?? [] };
}

function byName(properties: readonly PropertyInput[], path: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const { name, value } of properties) {
    if (map.has(name)) throw badInput(path, `names ${name} twice`);
    map.set(name, value);
  }
  return map;
}
