import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImage, putData, sendText } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { web, type Web } from '../support/web.js';

const guide = readFileSync(new URL('../../docs/guide/graphql.md', import.meta.url), 'utf8');

interface Example {
  query: string;
  variables: Record<string, unknown>;
  /** Extensions of the error that the guide promises. */
  error?: object;
}

/** The fields of the examples' answers that the test reads. */
interface ExampleData {
  createImage?: { id: string };
  images?: { totalCount: number };
  image?: { importProgress?: object | null; downloadUrl?: string };
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
  /** The source of the examples of imports. It never ends. */
  let source: Web;
  let imported: object;
  beforeAll(async () => {
    source = await web({ '/': (_, response) => void response.write('half') });
    gateway = await start({ HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' });
    const image = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    imported = { id: image, url: `${source.url}/` };
  });
  afterAll(() => source.close());

  describe('is true, example by example', () => {
    test.each(examples)('$query', async ({ query, variables, error }) => {
      const answer = await sendText(
        gateway,
        query,
        query.includes('$id') ? { id, ...variables, ...(/import/i.test(query) ? imported : {}) } : variables,
      );
      if (error) {
        expect(answer.errors![0].extensions).toMatchObject(error);
        return;
      }
      expect(answer.errors).toBeUndefined();
      const data = answer.data as ExampleData;
      if (data.createImage) {
        ({ id } = data.createImage);
        expect((await putData(gateway, id, 'data')).status).toBe(200);
      }
      if (query.includes('startsWith') || variables.filter) expect(data.images?.totalCount).toBe(1);
      if (query.includes('importProgress')) expect(data.image?.importProgress).toBeTruthy();
      if (query.includes('downloadUrl'))
        expect(await (await fetch(data.image!.downloadUrl!)).text()).toBe('data');
    });
  });

  test('has examples', () => expect(examples.length).toBeGreaterThan(10));
});
