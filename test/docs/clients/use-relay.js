import runtime from 'relay-runtime';
import { relayEnvironment } from './relay.js';
import list from './src/__generated__/ImageRowImagesQuery.graphql.js';
import again from './src/__generated__/ImageRowRefetchQuery.graphql.js';
import fragment from './src/__generated__/ImageRow_image.graphql.js';

const { createOperationDescriptor, fetchQuery, getSingularSelector } = runtime;
const [gateway, token, id] = process.argv.slice(2);
const environment = relayEnvironment(gateway, () => token);
const { images } = await fetchQuery(environment, list, { first: 10 }).toPromise();
const { node } = await fetchQuery(environment, again, { id }).toPromise();
const operation = createOperationDescriptor(again, { id });
const kept = environment.lookup(operation.fragment);
const row = environment.lookup(getSingularSelector(fragment, kept.data.node));
console.log(
  JSON.stringify({ ids: images.edges.map((edge) => edge.node.id), refetched: Boolean(node), row: row.data }),
);
