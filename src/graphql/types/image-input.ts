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
import { StoredText, WhenGiven } from './input-validators.js';

/** The highest numbers in one request, above any sensible quota: they keep a statement to the database short. */
const MOST_PROPERTIES = 1000;
const MOST_TAGS = 1000;
const MOST_NUMBER = `must be a whole number from 0 to ${MAX_INTEGER}`;

@InputType({ description: 'A property to be set.' })
export class PropertyInput {
  @Field({ description: 'At most 255 characters, no control characters.' })
  @StoredText({ characters: CHARACTERS.propertyName })
  @MinLength(1, { message: 'must not be empty' })
  name: string;

  @Field({
    description:
      'At most 65,535 bytes of UTF-8. Tab and line breaks are the only control characters allowed.',
  })
  @StoredText({ bytes: TEXT_BYTES, lines: true })
  value: string;
}

@InputType({
  description: 'Changes to the properties of an image. Properties that are not named stay as they are.',
})
export class PropertyChangesInput {
  @Field(() => [PropertyInput], {
    nullable: true,
    description: 'Properties to add or to give another value.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  set?: PropertyInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'Names of properties to remove; names without one are passed over.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @IsString({ each: true })
  remove?: string[];

  @Field(() => [PropertyInput], {
    nullable: true,
    description:
      'All properties the image is to have: every other one is removed. Excludes `set` and `remove`.',
  })
  @WhenGiven()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  replaceAll?: PropertyInput[];
}

/** The fields of creation and update. They have no defaults, since an absent field must stay absent. */
@InputType()
abstract class ImageInputFields implements ImageFields {
  @Field(() => String, { nullable: true, description: 'At most 255 characters.' })
  @IsOptional()
  @StoredText({ characters: CHARACTERS.name })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'One of `formats { disk }`.' })
  @IsOptional()
  @IsString()
  diskFormat?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'One of `formats { container }`. If either format is aki, ari or ami, the other becomes the same.',
  })
  @IsOptional()
  @IsString()
  containerFormat?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'GiB of disk needed to boot the image, from 0 to 2147483647.',
  })
  @WhenGiven()
  @IsInt({ message: MOST_NUMBER })
  @Min(0, { message: MOST_NUMBER })
  @Max(MAX_INTEGER, { message: MOST_NUMBER })
  minDisk?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'MiB of memory needed to boot the image, from 0 to 2147483647.',
  })
  @WhenGiven()
  @IsInt({ message: MOST_NUMBER })
  @Min(0, { message: MOST_NUMBER })
  @Max(MAX_INTEGER, { message: MOST_NUMBER })
  minRam?: number;

  @Field(() => Boolean, { nullable: true, description: 'True keeps the image from being deleted.' })
  @WhenGiven()
  @IsIn([true, false], { message: 'must be true or false' })
  protected?: boolean;

  @Field(() => Visibility, {
    nullable: true,
    description:
      'Who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY communitize_image.',
  })
  @WhenGiven()
  @IsIn(Object.values(Visibility), { message: 'must not be null' })
  visibility?: Visibility;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True leaves the image out of lists that do not ask for it.',
  })
  @WhenGiven()
  @IsIn([true, false], { message: 'must be true or false' })
  hidden?: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The tenant (or user) it belongs to. Administrators only.',
  })
  @IsOptional()
  @StoredText({ characters: CHARACTERS.owner })
  owner?: string | null;
}

@InputType({ description: 'A new image. Every field may be left out.' })
export class CreateImageInput extends ImageInputFields {
  @Field(() => ID, {
    nullable: true,
    description: 'A UUID that was never used before; generated when left out.',
  })
  @IsOptional()
  @IsString()
  id?: string;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes that the data will have; checked when it arrives.',
  })
  @IsOptional()
  @Min(0, { message: 'must not be negative' })
  size?: number;

  @Field(() => String, {
    nullable: true,
    description: 'MD5 that the data will have, 32 hexadecimal digits; checked when it arrives.',
  })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/i, { message: 'must have 32 hexadecimal digits' })
  checksum?: string;

  @Field(() => [PropertyInput], { nullable: true, description: 'Free names and values.' })
  @IsOptional()
  @ArrayMaxSize(MOST_PROPERTIES)
  @ValidateNested({ each: true })
  properties?: PropertyInput[];

  @Field(() => [String], {
    nullable: true,
    description: 'Tags of at most 255 characters, no control characters. What is named twice is one tag.',
  })
  @IsOptional()
  @ArrayMaxSize(MOST_TAGS)
  tags?: string[];
}

@InputType({
  description:
    'Changes to an image. An absent field stays as it is; null clears name, diskFormat, containerFormat and owner.',
})
export class UpdateImageInput extends ImageInputFields {
  @Field(() => PropertyChangesInput, { nullable: true, description: 'Changes to the properties.' })
  @WhenGiven()
  @IsObject({ message: 'must not be null' })
  @ValidateNested()
  properties?: PropertyChangesInput;
}

/** Returns the new image for the domain. A field that is null counts as absent. */
export function newImage({ properties, tags, ...fields }: CreateImageInput): NewImage {
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
  if (typeof given.checksum === 'string') given.checksum = given.checksum.toLowerCase();
  (tags ?? []).forEach((tag, index) => requireTag(tag, `input.tags[${index}]`));
  return {
    ...given,
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
