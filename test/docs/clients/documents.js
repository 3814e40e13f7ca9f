/** The operations that the programs of this folder send. */
export const LIST = /* GraphQL */ `
  query ($after: String) {
    images(first: 2, after: $after, sort: [{ key: NAME, direction: ASC }]) {
      edges {
        node {
          id
          name
          size
          createdAt
          properties {
            name
            value
          }
          members {
            id
            status
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;
export const ACCEPT = /* GraphQL */ `
  mutation ($id: ID!) {
    acceptImage(id: $id, memberId: "guest") {
      id
      status
    }
  }
`;
export const RENAME = /* GraphQL */ `
  mutation ($id: ID!) {
    updateImage(id: $id, input: { name: "a renamed", properties: { replaceAll: [] } }) {
      id
      name
      properties {
        name
        value
      }
    }
  }
`;
