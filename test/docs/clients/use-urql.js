import { gql } from '@urql/core';
import * as documents from './documents.js';
import { urqlClient } from './urql.js';

const [gateway, token, id] = process.argv.slice(2);
const methods = [];
const { fetch } = globalThis;
globalThis.fetch = (address, options) => {
  methods.push(options?.method ?? 'GET');
  return fetch(address, options);
};
const client = urqlClient(gateway, () => token);
const LIST = gql(documents.LIST);
const ACCEPT = gql(documents.ACCEPT);
const RENAME = gql(documents.RENAME);
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
