import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** The blocks of code in the guide, each with the file that it quotes. */
const blocks = [...read('docs/guide/clients.md').matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)]
  .filter(([, language]) => language !== 'sh')
  .map(([, , path, text]) => ({ path, text }));

describe('the guide to clients', () => {
  test.each(blocks)('quotes $path as it is', ({ path, text }) => {
    expect(path).toMatch(/^examples\/clients\//);
    expect(read(path)).toContain(text);
  });

  test.each(['apollo/client.ts', 'urql/client.ts', 'relay/environment.ts', 'graphql-request/client.ts'])(
    'has the set-up of %s, whole',
    (name) => {
      const path = `examples/clients/src/${name}`;
      expect(blocks).toContainEqual({ path, text: read(path) });
    },
  );
});

describe('the caches of the clients', () => {
  const schema = buildSchema(read('schema/schema.graphql'));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const types = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.includes(type) && !/^__|PageInfo|(Connection|Edge)$/.test(type.name));
  const isNode = (type: (typeof types)[number]) => type.getInterfaces().some(({ name }) => name === 'Node');
  const setUp = (name: string) => read(`examples/clients/src/${name}`);

  test('of Apollo Client and Relay may take every type with an id for an object: it is a node, or named to them', () => {
    const withId = types.filter((type) => type.getFields().id);
    // A property belongs to its image, and so do the facts about one row of the database.
    expect(withId.filter((type) => !isNode(type)).map(({ name }) => name)).toEqual(['Tenant']);
    expect(setUp('apollo/client.ts')).toContain('Tenant: { keyFields: false }');
    expect(setUp('relay/environment.ts')).toContain("type === 'Tenant' ? undefined");
  });

  test('of urql knows every type that is no node', () => {
    const [, list] = /WITHOUT_ID = \[(.*?)\]/s.exec(setUp('urql/client.ts'))!;
    const others = types.filter((type) => !isNode(type)).map(({ name }) => name);
    expect(list.match(/\w+/g)).toEqual(others.sort());
  });
});
