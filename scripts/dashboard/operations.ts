import { gql } from '../../test/support/gql.js';

/** The operations of the load. Each has a label of its own in the metrics. */
export const CREATE_IMAGE = gql(
  'mutation CreateImage($input: CreateImageInput!) { createImage(input: $input) { id } }',
);
export const LIST_IMAGES = gql(`query ListImages($first: Int!) {
  images(first: $first, sort: [{ key: CREATED_AT, direction: DESC }]) {
    totalCount
    edges { node { id name status size createdAt properties { name value } } }
  }
}`);
export const FIND_IMAGES = gql(`query FindImages($os: String!) {
  images(first: 20, filter: { status: { eq: "active" }, properties: [{ name: "os", value: { eq: $os } }] }) {
    edges { node { id name size } }
  }
}`);
export const IMAGE_DETAIL = gql(`query ImageDetail($id: ID!) {
  image(id: $id) { id name status size checksum tags properties { name value } members { memberId status } }
}`);
export const RENAME_IMAGE = gql(`mutation RenameImage($id: ID!, $name: String!) {
  updateImage(id: $id, input: { name: $name }) { id }
}`);
export const DELETE_IMAGE = gql('mutation DeleteImage($id: ID!) { deleteImage(id: $id) { id } }');
/** It has no label of its own. */
export const VIEWER = gql('query Anything { viewer { user tenant } }');

export const OPERATION_NAMES = [
  'CreateImage',
  'ListImages',
  'FindImages',
  'ImageDetail',
  'RenameImage',
  'DeleteImage',
];
