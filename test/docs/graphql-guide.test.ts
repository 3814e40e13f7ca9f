import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { graphql, putData } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';

const guide = readFileSync(new URL('../../docs/guide/graphql.md', import.meta.url), 'utf8');

interface Example {
  query: string;
  variables: Record<string, unknown>;
  /** Extensions of the error that the guide promises. */
  error?: object;
}

/** Each operation of the guide with the block behind it: its variables, or the error it ends with. */
const examples: Example[] = [];
for (const [, kind, text] of guide.matchAll(/^```(graphql|json error|json)\n(.*?)^```$/gms)) {
  if (kind === 'graphql') examples.push({ query: text, variables: {} });
  else if (kind === 'json') examples.at(-1)!.variables = JSON.parse(text);
  else examples.at(-1)!.error = JSON.parse(text);
}

onSqlite('the guide to GraphQL', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start();
  });

  describe('is true, example by example', () => {
    test.each(examples)('$query', async ({ query, variables, error }) => {
      const answer: any = await graphql(
        gateway,
        query,
        query.includes('$id') ? { id, ...variables } : variables,
      );
      if (error) {
        expect(answer.errors[0].extensions).toMatchObject(error);
        return;
      }
      expect(answer.errors).toBeUndefined();
      if (answer.data.createImage) {
        ({ id } = answer.data.createImage);
        expect((await putData(gateway, id, 'data')).status).toBe(200);
      }
      if (query.includes('startsWith') || variables.filter) expect(answer.data.images.totalCount).toBe(1);
      if (query.includes('downloadUrl'))
        expect(await (await fetch(answer.data.image.downloadUrl)).text()).toBe('data');
    });
  });

  test('has examples', () => expect(examples.length).toBeGreaterThan(10));
});
