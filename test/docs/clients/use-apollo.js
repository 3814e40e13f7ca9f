import { gql } from '@apollo/client';
import { apolloClient } from './apollo.js';
import * as documents from './documents.js';

const [gateway, token, id] = process.argv.slice(2);
const client = apolloClient(gateway, () => token);
const LIST = gql(documents.LIST);
const ACCEPT = gql(documents.ACCEPT);
const RENAME = gql(documents.RENAME);
const NODE = gql`
  query ($id: ID!) {
    node(id: $id) {
      id
      ... on Image {
        name
      }
    }
  }
`;

const list = client.watchQuery({ query: LIST });
const first = (await list.result?.()) ?? (await client.query({ query: LIST }));
const subscription = list.subscribe(() => undefined);
await list.fetchMore({ variables: { after: first.data.images.pageInfo.endCursor } });
await client.mutate({ mutation: ACCEPT, variables: { id } });
await client.mutate({ mutation: RENAME, variables: { id } });
const { data } = list.getCurrentResult();
const cached = client.readQuery({
  query: gql`
    query ($id: ID!) {
      image(id: $id) {
        id
        name
      }
    }
  `,
  variables: { id },
});
const node = await client.query({ query: NODE, variables: { id } });
subscription.unsubscribe();
console.log(
  JSON.stringify({
    images: data.images.edges.map((edge) => edge.node),
    cached: cached.image.name,
    node: node.data.node.name,
  }),
);
