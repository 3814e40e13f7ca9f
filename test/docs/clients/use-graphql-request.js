import { queryClient, requestClient } from './graphql-request.js';

const [gateway, token, id] = process.argv.slice(2);
const IMAGE = 'query ($id: ID!) { image(id: $id) { id name size } }';
const results = [];
for (const make of [requestClient, queryClient])
  results.push(await make(gateway, () => token).request(IMAGE, { id }));
const wrong = await requestClient(gateway, () => token)
  .request('mutation { createImage(input: { diskFormat: "floppy" }) { id } }')
  .catch((error) => error.response.errors[0].extensions.code);
console.log(JSON.stringify({ names: results.map(({ image }) => image.name), wrong }));
