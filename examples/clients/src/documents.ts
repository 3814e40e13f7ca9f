import { graphql } from './gql';

export const IMAGES = graphql(`
  query Images($first: Int!, $after: String) {
    images(first: $first, after: $after, sort: [{ key: NAME, direction: ASC }]) {
      edges {
        node {
          ...ImageRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const IMAGE_ROW = graphql(`
  fragment ImageRow on Image {
    id
    name
    status
    size
    tags
  }
`);

export const RENAME = graphql(`
  mutation Rename($id: ID!, $name: String!) {
    updateImage(id: $id, input: { name: $name }) {
      id
      name
    }
  }
`);

export const DELETE = graphql(`
  mutation Delete($id: ID!) {
    deleteImage(id: $id) {
      id
    }
  }
`);

export const CHANGES = graphql(`
  subscription Changes($after: String) {
    imageChanged(after: $after) {
      kind
      imageId
      cursor
      image {
        ...ImageRow
      }
    }
  }
`);
