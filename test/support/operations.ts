// Made from operations by `npm run generate`; codegen.yml names their files.
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A time in UTC, ISO 8601 with six digits of fraction, such as `2026-11-21T09:03:38.756067Z`. On input, a zone is honoured. No zone means UTC. A date alone means its first moment. */
  DateTime: { input: string; output: string; }
  /** The `SafeInt` scalar type represents non-fractional signed whole numeric values that are considered safe as defined by the ECMAScript specification. */
  SafeInt: { input: number; output: number; }
  /** The `Upload` scalar type represents a file upload. */
  Upload: { input: Blob; output: Blob; }
};

/** Conditions on a Boolean. */
export type BooleanFilter = {
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Scalars['Boolean']['input']>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Scalars['Boolean']['input']>>;
};

/** A new image. Every field is optional. */
export type CreateImageInput = {
  /** The declared MD5 of the data, 32 hexadecimal digits. An upload with another MD5 fails. */
  checksum?: InputMaybe<Scalars['String']['input']>;
  /** The container around the disk, one of `formats { container }`. If either format is aki, ari or ami, the other becomes the same. */
  containerFormat?: InputMaybe<Scalars['String']['input']>;
  /** The format of the disk in the data, one of `formats { disk }`. */
  diskFormat?: InputMaybe<Scalars['String']['input']>;
  /** A declared digest of the data. An upload or import of data with another digest fails. */
  hash?: InputMaybe<HashInput>;
  /** True keeps the image out of lists without a condition on `hidden`. */
  hidden?: InputMaybe<Scalars['Boolean']['input']>;
  /** A UUID that no image has or had. The default is a new UUID. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** The disk needed to boot the image, in GiB, from 0 to 2147483647. */
  minDisk?: InputMaybe<Scalars['Int']['input']>;
  /** The memory needed to boot the image, in MiB, from 0 to 2147483647. */
  minRam?: InputMaybe<Scalars['Int']['input']>;
  /** A name for people. At most 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The tenant (or user) that owns the image. Only administrators may set it. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** Properties of the image. Each name may occur once. */
  properties?: InputMaybe<Array<PropertyInput>>;
  /** True protects the image from deletion. */
  protected?: InputMaybe<Scalars['Boolean']['input']>;
  /** The declared size of the data in bytes. An upload with another size fails. */
  size?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Tags of 1 to 255 characters, without control characters. Repeated tags count once. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The callers who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY the rule communitize_image. */
  visibility?: InputMaybe<Visibility>;
};

/** Conditions on a time. Images without a value match `ne` and `notIn`. `eq: null` means `isNull: true`. */
export type DateTimeFilter = {
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value is greater, or later, than this. */
  gt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value is greater than, later than, or equal to this. */
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Scalars['DateTime']['input']>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value is less, or earlier, than this. */
  lt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value is less than, earlier than, or equal to this. */
  lte?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Scalars['DateTime']['input']>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Scalars['DateTime']['input']>>;
};

/** A digest that data will have. */
export type HashInput = {
  /** `sha256`, `sha384` or `sha512`. */
  algorithm: Scalars['String']['input'];
  /** The digest in hexadecimal digits: 64 of sha256, 96 of sha384, 128 of sha512. */
  value: Scalars['String']['input'];
};

/** Conditions on an id. Images without a value match `ne` and `notIn`. `eq: null` means `isNull: true`. */
export type IdFilter = {
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Scalars['ID']['input']>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Scalars['ID']['input']>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** The kind of a change of a list of images. */
export type ImageChangeKind =
  /** The image has been created, and is in the list. */
  | 'CREATED'
  /** The image is not in the list: it has been deleted, you may not see it any more, or it does not pass the filter. It may not have been in your list before. */
  | 'REMOVED'
  /** The image has changed, or has come into the list: it has been shared with you, or passes the filter now. Add it if you do not have it. */
  | 'UPDATED';

/** The fields by whose values images can be counted. */
export type ImageFacet =
  | 'CONTAINER_FORMAT'
  | 'DISK_FORMAT'
  | 'HIDDEN'
  | 'STATUS'
  | 'VISIBILITY';

/** A filter for images. An image matches if it meets all conditions; a filter without conditions matches every image. A filter has at most 100 conditions, 5000 values, and 5 levels of `and`, `or` and `not`. */
export type ImageFilterInput = {
  /** The image also matches all of these filters. An empty list matches every image. */
  and?: InputMaybe<Array<ImageFilterInput>>;
  checksum?: InputMaybe<StringFilter>;
  containerFormat?: InputMaybe<StringFilter>;
  createdAt?: InputMaybe<DateTimeFilter>;
  /** Conditions on the time of deletion, for lists with `includeDeleted`. */
  deletedAt?: InputMaybe<DateTimeFilter>;
  diskFormat?: InputMaybe<StringFilter>;
  /** Conditions on `hash { value }`. */
  hashValue?: InputMaybe<StringFilter>;
  /** If no part of the filter has this condition, the list has no hidden images. */
  hidden?: InputMaybe<BooleanFilter>;
  id?: InputMaybe<IdFilter>;
  isPublic?: InputMaybe<BooleanFilter>;
  /** Conditions on the disk needed to boot, in GiB. */
  minDisk?: InputMaybe<NumberFilter>;
  /** Conditions on the memory needed to boot, in MiB. */
  minRam?: InputMaybe<NumberFilter>;
  name?: InputMaybe<StringFilter>;
  /** The image does not match this filter. */
  not?: InputMaybe<ImageFilterInput>;
  /** The image also matches one or more of these filters. An empty list matches no image. */
  or?: InputMaybe<Array<ImageFilterInput>>;
  owner?: InputMaybe<StringFilter>;
  /** The image meets the conditions on all of these properties. At most 16. */
  properties?: InputMaybe<Array<PropertyFilterInput>>;
  protected?: InputMaybe<BooleanFilter>;
  /** Conditions on the size of the data in bytes. */
  size?: InputMaybe<NumberFilter>;
  status?: InputMaybe<StringFilter>;
  tags?: InputMaybe<TagFilterInput>;
  updatedAt?: InputMaybe<DateTimeFilter>;
  /** Conditions on the size of the unpacked disk in bytes. */
  virtualSize?: InputMaybe<NumberFilter>;
  /** Community images of other owners are listed only if this condition allows no visibility except COMMUNITY. */
  visibility?: InputMaybe<VisibilityFilter>;
};

/** A tenant to share an image with. */
export type ImageMemberInput = {
  /** True allows the member to change the members of the image. The default is the present value, and false for a new member. */
  canShare?: InputMaybe<Scalars['Boolean']['input']>;
  /** The id of the tenant (project), from 1 to 255 characters. The gateway does not check that it exists. */
  memberId: Scalars['ID']['input'];
};

/** A sort key. Images with equal values in all keys are sorted by id. */
export type ImageSort = {
  direction: SortDirection;
  key: ImageSortKey;
};

/** The fields by which images can be sorted. */
export type ImageSortKey =
  | 'CONTAINER_FORMAT'
  | 'CREATED_AT'
  | 'DISK_FORMAT'
  | 'ID'
  | 'NAME'
  | 'SIZE'
  | 'STATUS'
  | 'UPDATED_AT';

/** Selects shared images by the answer of the member. */
export type MemberStatusFilter =
  /** Images that the member accepted. */
  | 'ACCEPTED'
  /** All images that others share with the member. */
  | 'ALL'
  /** Images that the member has neither accepted nor rejected. */
  | 'PENDING'
  /** Images that the member rejected. */
  | 'REJECTED';

/** Conditions on a whole number. Images without a value match `ne` and `notIn`. `eq: null` means `isNull: true`. */
export type NumberFilter = {
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value is greater, or later, than this. */
  gt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value is greater than, later than, or equal to this. */
  gte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Scalars['SafeInt']['input']>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value is less, or earlier, than this. */
  lt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value is less than, earlier than, or equal to this. */
  lte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Scalars['SafeInt']['input']>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Scalars['SafeInt']['input']>>;
};

/** An order of owners. Those with equal values are sorted by tenant. */
export type OwnerSort = {
  direction: SortDirection;
  key: OwnerSortKey;
};

/** The values by which owners can be sorted. */
export type OwnerSortKey =
  | 'BYTES'
  | 'IMAGES'
  | 'TENANT';

/** Changes to the properties of an image. Other properties stay as they are. */
export type PropertyChangesInput = {
  /** Names of properties to remove. Names that the image does not have are ignored. */
  remove?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All properties of the image; all others are removed. Not allowed together with `set` or `remove`. */
  replaceAll?: InputMaybe<Array<PropertyInput>>;
  /** Properties to add or to change. */
  set?: InputMaybe<Array<PropertyInput>>;
};

/** Conditions on one property. For an image without the property, its value is null. */
export type PropertyFilterInput = {
  /** True matches images with the property, false images without it. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** The stored name of the property. */
  name: Scalars['String']['input'];
  /** Conditions on the value of the property. */
  value?: InputMaybe<StringFilter>;
};

/** A property to set. */
export type PropertyInput = {
  /** From 1 to 255 characters, without control characters. */
  name: Scalars['String']['input'];
  /** At most 65,535 bytes of UTF-8. Of the control characters, only tab and line breaks are allowed. */
  value: Scalars['String']['input'];
};

/** The kinds of values of properties. All values are stored as text. */
export type PropertyType =
  /** The value is `true` or `false`. */
  | 'BOOLEAN'
  | 'INTEGER'
  /** The value has several parts, in the form that the reader of the property expects. */
  | 'LIST'
  | 'NUMBER'
  | 'STRING';

/** The direction of a sort key. Images without a value come before all values in ASC, and after all values in DESC. */
export type SortDirection =
  /** The lowest or earliest value first. */
  | 'ASC'
  /** The highest or latest value first. */
  | 'DESC';

/** Conditions on a text. Accents and spaces at the end count, and letter case unless the name of the condition says otherwise; no character is a wildcard. Images without a value match `ne` and `notIn`. `eq: null` means `isNull: true`. */
export type StringFilter = {
  /** The text contains this. */
  contains?: InputMaybe<Scalars['String']['input']>;
  /** The text contains this without regard to letter case. At most 255 characters. Letters are equal by Unicode's simple case folding: `ä` and `Ä`, not `ß` and `SS`. */
  containsIgnoreCase?: InputMaybe<Scalars['String']['input']>;
  /** The text ends with this. */
  endsWith?: InputMaybe<Scalars['String']['input']>;
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Scalars['String']['input']>;
  /** The text equals this without regard to letter case. At most 255 characters. Letters are equal by Unicode's simple case folding: `ä` and `Ä`, not `ß` and `SS`. */
  equalsIgnoreCase?: InputMaybe<Scalars['String']['input']>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Scalars['String']['input']>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The text begins with this. */
  startsWith?: InputMaybe<Scalars['String']['input']>;
};

/** Conditions on the tags. Letter case counts. */
export type TagFilterInput = {
  /** The image has all of these tags. An empty list matches every image. */
  all?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The image has one or more of these tags. An empty list matches no image. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes to an image. A field that is not given stays as it is. Null clears name, diskFormat, containerFormat and owner. */
export type UpdateImageInput = {
  /** The container around the disk, one of `formats { container }`. If either format is aki, ari or ami, the other becomes the same. */
  containerFormat?: InputMaybe<Scalars['String']['input']>;
  /** The format of the disk in the data, one of `formats { disk }`. */
  diskFormat?: InputMaybe<Scalars['String']['input']>;
  /** True keeps the image out of lists without a condition on `hidden`. */
  hidden?: InputMaybe<Scalars['Boolean']['input']>;
  /** The disk needed to boot the image, in GiB, from 0 to 2147483647. */
  minDisk?: InputMaybe<Scalars['Int']['input']>;
  /** The memory needed to boot the image, in MiB, from 0 to 2147483647. */
  minRam?: InputMaybe<Scalars['Int']['input']>;
  /** A name for people. At most 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The tenant (or user) that owns the image. Only administrators may set it. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** Changes to the properties; must not be null. */
  properties?: InputMaybe<PropertyChangesInput>;
  /** True protects the image from deletion. */
  protected?: InputMaybe<Scalars['Boolean']['input']>;
  /** The callers who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY the rule communitize_image. */
  visibility?: InputMaybe<Visibility>;
};

/** The callers who may see an image. */
export type Visibility =
  /** Everybody may use the image by its id. Other tenants do not find it in their lists. */
  | 'COMMUNITY'
  /** Only the owner may see and use the image, whatever members it has. */
  | 'PRIVATE'
  /** Everybody may see and use the image. */
  | 'PUBLIC'
  /** The owner and the members may see and use the image. This is the default. */
  | 'SHARED';

/** Conditions on the visibility. */
export type VisibilityFilter = {
  /** The value equals this; null matches images without a value. */
  eq?: InputMaybe<Visibility>;
  /** The value is one of these. An empty list matches no image. */
  in?: InputMaybe<Array<Visibility>>;
  /** True matches images without a value, false images with a value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** The value differs from this. Images without a value match. */
  ne?: InputMaybe<Visibility>;
  /** The value is none of these. Images without a value match. */
  notIn?: InputMaybe<Array<Visibility>>;
};

export type CreateImageMutationVariables = Exact<{
  input: CreateImageInput;
}>;


export type CreateImageMutation = { createImage: { id: string, status: string, dataUrl: string, properties: Array<{ name: string, value?: string | null }> } };

export type ListImagesQueryVariables = Exact<{
  filter?: InputMaybe<ImageFilterInput>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
}>;


export type ListImagesQuery = { images: { totalCount: number, edges: Array<{ node: { id: string, name?: string | null, status: string, size?: number | null, createdAt: string } }>, pageInfo: { hasNextPage: boolean, endCursor?: string | null } } };

export type ImageSummaryFragment = { id: string, name?: string | null, status: string, size?: number | null, createdAt: string };

export type ShareImageMutationVariables = Exact<{
  imageId: Scalars['ID']['input'];
  memberId: Scalars['ID']['input'];
}>;


export type ShareImageMutation = { addImageMember: { memberId: string, status: string } };

export type AcceptImageMutationVariables = Exact<{
  imageId: Scalars['ID']['input'];
}>;


export type AcceptImageMutation = { acceptImage: { memberId: string, status: string } };

export type TagImageMutationVariables = Exact<{
  imageId: Scalars['ID']['input'];
  tag: Scalars['String']['input'];
}>;


export type TagImageMutation = { addImageTag: { id: string, tags: Array<string> } };

export type TaggedImagesQueryVariables = Exact<{
  tags: Array<Scalars['String']['input']> | Scalars['String']['input'];
}>;


export type TaggedImagesQuery = { images: { edges: Array<{ node: { tags: Array<string>, id: string, name?: string | null, status: string, size?: number | null, createdAt: string } }> } };

export const ImageSummaryFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<ImageSummaryFragment, unknown>;
export const CreateImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateImageInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createImage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dataUrl"}},{"kind":"Field","name":{"kind":"Name","value":"properties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}}]}}]} as unknown as DocumentNode<CreateImageMutation, CreateImageMutationVariables>;
export const ListImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ImageFilterInput"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"25"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"sort"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"key"},"value":{"kind":"EnumValue","value":"CREATED_AT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageSummary"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<ListImagesQuery, ListImagesQueryVariables>;
export const ShareImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ShareImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addImageMember"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}},{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"memberId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<ShareImageMutation, ShareImageMutationVariables>;
export const AcceptImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcceptImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptImage"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]} as unknown as DocumentNode<AcceptImageMutation, AcceptImageMutationVariables>;
export const TagImageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TagImage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tag"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addImageTag"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"imageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"imageId"}}},{"kind":"Argument","name":{"kind":"Name","value":"tag"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tag"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}}]}}]} as unknown as DocumentNode<TagImageMutation, TagImageMutationVariables>;
export const TaggedImagesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TaggedImages"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tags"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"images"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tags"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"all"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tags"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ImageSummary"}},{"kind":"Field","name":{"kind":"Name","value":"tags"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ImageSummary"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Image"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"size"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<TaggedImagesQuery, TaggedImagesQueryVariables>;