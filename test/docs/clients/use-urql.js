import { gql } from '@urql/core';
import { urqlClient } from './urql.js';

const [gateway, token, id] = process.argv.slice(2);
const methods = [];
const { fetch } = globalThis;
globalThis.fetch = (address, options) => {
  methods.push(options?.method ?? 'GET');
  return fetch(address, options);
};
const client = urqlClient(gateway, () => token);
const LIST = gql`
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
const ACCEPT = gql`
  mutation ($id: ID!) {
    acceptImage(id: $id, memberId: "guest") {
      id
      status
    }
  }
`;
const RENAME = gql`
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
const IMAGE = gql`
  query ($id: ID!) {
    image(id: $id) {
      id
      name
    }
  }
`;

const fine = async (result) => {
  const { data, error } = await result.toPromise();
  if (error) throw error;
  return data;
};
const first = await fine(client.query(LIST, {}));
const after = first.images.pageInfo.endCursor;
await fine(client.query(LIST, { after }));
await fine(client.mutation(ACCEPT, { id }));
await fine(client.mutation(RENAME, { id }));
const { images } = await fine(client.query(LIST, { after }, { requestPolicy: 'cache-only' }));
const cached = await fine(client.query(IMAGE, { id }, { requestPolicy: 'cache-only' }));
console.log(
  JSON.stringify({ images: images.edges.map((edge) => edge.node), cached: cached.image.name, methods }),
);
