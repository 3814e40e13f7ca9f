import { readFileSync } from 'node:fs';
import fastify from 'fastify';
import { parse, print, visit } from 'graphql';
import mercurius from 'mercurius';
import { pageOf } from './floor-page.js';

/** A peer: Mercurius with its compiler on, the gateway's schema, and the floor's statements. */
const page = pageOf(process.env.DATABASE_URL);
const server = fastify();
server.register(mercurius, {
  schema: withoutRecursion(readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8')),
  resolvers: { Query: { images: (_root, { filter }) => page(filter) } },
  jit: 1,
});
await server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });

/** Its compiler does not come to an end of an input type that contains itself. */
function withoutRecursion(schema) {
  return print(
    visit(parse(schema), {
      InputValueDefinition: ({ name }) => (['and', 'or', 'not'].includes(name.value) ? null : undefined),
    }),
  );
}
