import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { DataSource, EntitySchema } from 'typeorm';
import { cursorOf } from './floor-page.js';

/** A peer: what a tutorial would have one write, Apollo Server on Express with TypeORM's repositories. */
const FIRST = 25;
const Image = new EntitySchema({
  name: 'Image',
  tableName: 'images',
  columns: {
    id: { type: 'varchar', primary: true },
    name: { type: 'varchar' },
    status: { type: 'varchar' },
    size: { type: 'bigint' },
    createdAt: { type: 'varchar', name: 'created_at' },
    deleted: { type: 'tinyint' },
    hidden: { type: 'tinyint', name: 'os_hidden' },
  },
  relations: { properties: { type: 'one-to-many', target: 'ImageProperty', inverseSide: 'image' } },
});
const ImageProperty = new EntitySchema({
  name: 'ImageProperty',
  tableName: 'image_properties',
  columns: {
    id: { type: 'int', primary: true },
    name: { type: 'varchar' },
    value: { type: 'text' },
    deleted: { type: 'tinyint' },
  },
  relations: { image: { type: 'many-to-one', target: 'Image', joinColumn: { name: 'image_id' } } },
});
const source = await new DataSource({
  type: 'mysql',
  url: process.env.DATABASE_URL,
  entities: [Image, ImageProperty],
  poolSize: 10,
  dateStrings: true,
}).initialize();

const apollo = new ApolloServer({
  typeDefs: readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8'),
  resolvers: { Query: { images: (_root, { filter }) => page(filter) } },
});
await apollo.start();
const server = express();
server.use('/graphql', express.json(), expressMiddleware(apollo));
server.listen(Number(process.env.PORT), '127.0.0.1');

async function page({ status }) {
  const found = await source.getRepository(Image).find({
    where: { deleted: 0, hidden: 0, status: status.eq },
    relations: { properties: true },
    order: { createdAt: 'DESC', id: 'DESC' },
    take: FIRST + 1,
  });
  const images = found.slice(0, FIRST);
  return {
    edges: images.map((image) => ({
      node: { ...image, size: Number(image.size), properties: byName(image) },
    })),
    pageInfo: { hasNextPage: found.length > FIRST, endCursor: cursorOf(images.at(-1)) },
  };
}

// Ordered by the repository, the rows of the relation would be counted into the page.
function byName({ properties }) {
  return properties.sort((one, other) => (one.name < other.name ? -1 : 1));
}
