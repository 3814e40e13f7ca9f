// Made from the operations in test/ and examples/ by `npm run generate`.
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
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

/** Conditions on a truth value. */
export type BooleanFilter = {
  /** Equal; null for no value. */
  eq?: InputMaybe<Scalars['Boolean']['input']>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['Boolean']['input']>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Scalars['Boolean']['input']>;
  /** None of these; images without a value pass. */
  notIn?: InputMaybe<Array<Scalars['Boolean']['input']>>;
};

/** A new image. Every field may be left out. */
export type CreateImageInput = {
  /** MD5 that the data will have, 32 hexadecimal digits; checked when it arrives. */
  checksum?: InputMaybe<Scalars['String']['input']>;
  /** One of `formats { container }`. If either format is aki, ari or ami, the other becomes the same. */
  containerFormat?: InputMaybe<Scalars['String']['input']>;
  /** One of `formats { disk }`. */
  diskFormat?: InputMaybe<Scalars['String']['input']>;
  /** True leaves the image out of lists that do not ask for it. */
  hidden?: InputMaybe<Scalars['Boolean']['input']>;
  /** A UUID that was never used before; generated when left out. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** GiB of disk needed to boot the image, from 0 to 2147483647. */
  minDisk?: InputMaybe<Scalars['Int']['input']>;
  /** MiB of memory needed to boot the image, from 0 to 2147483647. */
  minRam?: InputMaybe<Scalars['Int']['input']>;
  /** At most 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The tenant (or user) it belongs to. Administrators only. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** Free names and values. */
  properties?: InputMaybe<Array<PropertyInput>>;
  /** True keeps the image from being deleted. */
  protected?: InputMaybe<Scalars['Boolean']['input']>;
  /** Bytes that the data will have; checked when it arrives. */
  size?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Tags of at most 255 characters, no control characters. What is named twice is one tag. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY communitize_image. */
  visibility?: InputMaybe<Visibility>;
};

/** Conditions on a time. Images without a value pass `ne` and `notIn`; `eq: null` is the same as `isNull: true`. */
export type DateTimeFilter = {
  /** Equal; null for no value. */
  eq?: InputMaybe<Scalars['DateTime']['input']>;
  /** Greater, or later. */
  gt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Greater, later, or equal. */
  gte?: InputMaybe<Scalars['DateTime']['input']>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['DateTime']['input']>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Less, or earlier. */
  lt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Less, earlier, or equal. */
  lte?: InputMaybe<Scalars['DateTime']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Scalars['DateTime']['input']>;
  /** None of these; images without a value pass. */
  notIn?: InputMaybe<Array<Scalars['DateTime']['input']>>;
};

/** Conditions on an id. Images without a value pass `ne` and `notIn`; `eq: null` is the same as `isNull: true`. */
export type IdFilter = {
  /** Equal; null for no value. */
  eq?: InputMaybe<Scalars['ID']['input']>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Scalars['ID']['input']>;
  /** None of these; images without a value pass. */
  notIn?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** Which images are wanted: those that meet every condition. No condition, every image. At most 100 conditions, 5000 values, and 5 levels of `and`, `or` and `not`. */
export type ImageFilterInput = {
  /** All of these must hold as well; an empty list changes nothing. */
  and?: InputMaybe<Array<ImageFilterInput>>;
  checksum?: InputMaybe<StringFilter>;
  containerFormat?: InputMaybe<StringFilter>;
  createdAt?: InputMaybe<DateTimeFilter>;
  /** For lists with includeDeleted. */
  deletedAt?: InputMaybe<DateTimeFilter>;
  diskFormat?: InputMaybe<StringFilter>;
  /** On `hash { value }`. */
  hashValue?: InputMaybe<StringFilter>;
  /** Without a condition here, at any place of the filter, hidden images are left out. */
  hidden?: InputMaybe<BooleanFilter>;
  id?: InputMaybe<IdFilter>;
  isPublic?: InputMaybe<BooleanFilter>;
  /** In GiB. */
  minDisk?: InputMaybe<NumberFilter>;
  /** In MiB. */
  minRam?: InputMaybe<NumberFilter>;
  name?: InputMaybe<StringFilter>;
  /** This must not hold: exactly the images that it does not find pass. */
  not?: InputMaybe<ImageFilterInput>;
  /** One of these must hold as well; an empty list matches nothing. */
  or?: InputMaybe<Array<ImageFilterInput>>;
  owner?: InputMaybe<StringFilter>;
  /** At most 16, all of which must hold. */
  properties?: InputMaybe<Array<PropertyFilterInput>>;
  protected?: InputMaybe<BooleanFilter>;
  /** In bytes. */
  size?: InputMaybe<NumberFilter>;
  status?: InputMaybe<StringFilter>;
  tags?: InputMaybe<TagFilterInput>;
  updatedAt?: InputMaybe<DateTimeFilter>;
  /** In bytes. */
  virtualSize?: InputMaybe<NumberFilter>;
  /** Community images of others are listed only when this asks for COMMUNITY alone. */
  visibility?: InputMaybe<VisibilityFilter>;
};

/** A tenant to share an image with. */
export type ImageMemberInput = {
  /** The member may share the image further. Left out: as before, and false for a new member. */
  canShare?: InputMaybe<Scalars['Boolean']['input']>;
  /** The tenant (project). At most 255 characters; nothing checks that it exists. */
  memberId: Scalars['ID']['input'];
};

/** One sort key. Images equal in all keys are in the order of their ids. */
export type ImageSort = {
  direction: SortDirection;
  key: ImageSortKey;
};

/** What images can be sorted by. */
export type ImageSortKey =
  | 'CONTAINER_FORMAT'
  | 'CREATED_AT'
  | 'DISK_FORMAT'
  | 'ID'
  | 'NAME'
  | 'SIZE'
  | 'STATUS'
  | 'UPDATED_AT';

/** Which images that others share with you are listed. */
export type MemberStatusFilter =
  /** Those you accepted. The default. */
  | 'ACCEPTED'
  /** Whatever you answered. */
  | 'ALL'
  /** Those you have not answered to. */
  | 'PENDING'
  /** Those you rejected. */
  | 'REJECTED';

/** Conditions on a whole number. Images without a value pass `ne` and `notIn`; `eq: null` is the same as `isNull: true`. */
export type NumberFilter = {
  /** Equal; null for no value. */
  eq?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Greater, or later. */
  gt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Greater, later, or equal. */
  gte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['SafeInt']['input']>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Less, or earlier. */
  lt?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Less, earlier, or equal. */
  lte?: InputMaybe<Scalars['SafeInt']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Scalars['SafeInt']['input']>;
  /** None of these; images without a value pass. */
  notIn?: InputMaybe<Array<Scalars['SafeInt']['input']>>;
};

/** Changes to the properties of an image. Properties that are not named stay as they are. */
export type PropertyChangesInput = {
  /** Names of properties to remove; names without one are passed over. */
  remove?: InputMaybe<Array<Scalars['String']['input']>>;
  /** All properties the image is to have: every other one is removed. Excludes `set` and `remove`. */
  replaceAll?: InputMaybe<Array<PropertyInput>>;
  /** Properties to add or to give another value. */
  set?: InputMaybe<Array<PropertyInput>>;
};

/** A condition on one property. An image without the property has no value there. */
export type PropertyFilterInput = {
  /** Whether the image has the property at all. */
  exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** Name of the property, as stored. */
  name: Scalars['String']['input'];
  /** Conditions on its value. */
  value?: InputMaybe<StringFilter>;
};

/** A property to be set. */
export type PropertyInput = {
  /** At most 255 characters, no control characters. */
  name: Scalars['String']['input'];
  /** At most 65,535 bytes of UTF-8. Tab and line breaks are the only control characters allowed. */
  value: Scalars['String']['input'];
};

/** The direction of a sort key. Images without a value count as lower than every value. */
export type SortDirection =
  /** Lowest, or earliest, first. */
  | 'ASC'
  /** Highest, or latest, first. */
  | 'DESC';

/** Conditions on a text; letter case, accents and blanks at the end count, no character has a special meaning. Images without a value pass `ne` and `notIn`; `eq: null` is the same as `isNull: true`. */
export type StringFilter = {
  /** This text stands anywhere in it. */
  contains?: InputMaybe<Scalars['String']['input']>;
  /** It ends with this text. */
  endsWith?: InputMaybe<Scalars['String']['input']>;
  /** Equal; null for no value. */
  eq?: InputMaybe<Scalars['String']['input']>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Scalars['String']['input']>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Scalars['String']['input']>;
  /** None of these; images without a value pass. */
  notIn?: InputMaybe<Array<Scalars['String']['input']>>;
  /** It begins with this text. */
  startsWith?: InputMaybe<Scalars['String']['input']>;
};

/** Conditions on the tags, each of which is compared to the letter. */
export type TagFilterInput = {
  /** The image has every one of these; an empty list changes nothing. */
  all?: InputMaybe<Array<Scalars['String']['input']>>;
  /** The image has one of these at least; an empty list matches nothing. */
  any?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** Changes to an image. An absent field stays as it is; null clears name, diskFormat, containerFormat and owner. */
export type UpdateImageInput = {
  /** One of `formats { container }`. If either format is aki, ari or ami, the other becomes the same. */
  containerFormat?: InputMaybe<Scalars['String']['input']>;
  /** One of `formats { disk }`. */
  diskFormat?: InputMaybe<Scalars['String']['input']>;
  /** True leaves the image out of lists that do not ask for it. */
  hidden?: InputMaybe<Scalars['Boolean']['input']>;
  /** GiB of disk needed to boot the image, from 0 to 2147483647. */
  minDisk?: InputMaybe<Scalars['Int']['input']>;
  /** MiB of memory needed to boot the image, from 0 to 2147483647. */
  minRam?: InputMaybe<Scalars['Int']['input']>;
  /** At most 255 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The tenant (or user) it belongs to. Administrators only. */
  owner?: InputMaybe<Scalars['String']['input']>;
  /** Changes to the properties. */
  properties?: InputMaybe<PropertyChangesInput>;
  /** True keeps the image from being deleted. */
  protected?: InputMaybe<Scalars['Boolean']['input']>;
  /** Who may see the image. PUBLIC needs the policy rule publicize_image, COMMUNITY communitize_image. */
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
  /** Equal; null for no value. */
  eq?: InputMaybe<Visibility>;
  /** One of these; an empty list matches nothing. */
  in?: InputMaybe<Array<Visibility>>;
  /** True: no value. False: any value. */
  isNull?: InputMaybe<Scalars['Boolean']['input']>;
  /** Not equal; images without a value pass. */
  ne?: InputMaybe<Visibility>;
  /** None of these; images without a value pass. */
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

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const ImageSummaryFragmentDoc = new TypedDocumentString(`
    fragment ImageSummary on Image {
  id
  name
  status
  size
  createdAt
}
    `, {"fragmentName":"ImageSummary"}) as unknown as TypedDocumentString<ImageSummaryFragment, unknown>;
export const CreateImageDocument = new TypedDocumentString(`
    mutation CreateImage($input: CreateImageInput!) {
  createImage(input: $input) {
    id
    status
    dataUrl
    properties {
      name
      value
    }
  }
}
    `) as unknown as TypedDocumentString<CreateImageMutation, CreateImageMutationVariables>;
export const ListImagesDocument = new TypedDocumentString(`
    query ListImages($filter: ImageFilterInput, $first: Int = 25, $after: String) {
  images(
    filter: $filter
    first: $first
    after: $after
    sort: [{key: CREATED_AT, direction: DESC}]
  ) {
    totalCount
    edges {
      node {
        ...ImageSummary
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ImageSummary on Image {
  id
  name
  status
  size
  createdAt
}`) as unknown as TypedDocumentString<ListImagesQuery, ListImagesQueryVariables>;
export const ShareImageDocument = new TypedDocumentString(`
    mutation ShareImage($imageId: ID!, $memberId: ID!) {
  addImageMember(imageId: $imageId, input: {memberId: $memberId}) {
    memberId
    status
  }
}
    `) as unknown as TypedDocumentString<ShareImageMutation, ShareImageMutationVariables>;
export const AcceptImageDocument = new TypedDocumentString(`
    mutation AcceptImage($imageId: ID!) {
  acceptImage(id: $imageId) {
    memberId
    status
  }
}
    `) as unknown as TypedDocumentString<AcceptImageMutation, AcceptImageMutationVariables>;
export const TagImageDocument = new TypedDocumentString(`
    mutation TagImage($imageId: ID!, $tag: String!) {
  addImageTag(imageId: $imageId, tag: $tag) {
    id
    tags
  }
}
    `) as unknown as TypedDocumentString<TagImageMutation, TagImageMutationVariables>;
export const TaggedImagesDocument = new TypedDocumentString(`
    query TaggedImages($tags: [String!]!) {
  images(filter: {tags: {all: $tags}}) {
    edges {
      node {
        ...ImageSummary
        tags
      }
    }
  }
}
    fragment ImageSummary on Image {
  id
  name
  status
  size
  createdAt
}`) as unknown as TypedDocumentString<TaggedImagesQuery, TaggedImagesQueryVariables>;