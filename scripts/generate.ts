import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifyIntrospection, outputIntrospectionFile } from 'gql.tada/internal';
import { generate, loadContext } from '@graphql-codegen/cli';
import { introspectionFromSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { graphqlSchema, type SchemaParts } from '../src/graphql/schema.js';
import { REQUEST_ERRORS } from '../src/graphql/errors/request-errors.js';
import { ERRORS } from '../src/image/errors.js';
import { optionsOf, type Option } from '../src/config/option.js';
import { namesOf, options } from '../src/config/read-config.js';
import { STORE_OPTIONS } from '../src/config/store-options.js';

/**
 * Writes the files that are made from the code: the schema, the schema as a type for the documents in tests
 * (`test/support/gql.ts`), two pages of reference, and the operations of the examples and of the console as typed
 * documents (`codegen.yml`). With `--check` it writes nothing, and exits with status 1 if a file differs from the code.
 */
const schema = await graphqlSchema({ formats: { disk: [], container: [] } } as unknown as SchemaParts);
const files: Record<string, string> = {
  'schema/schema.graphql': schemaText(),
  'test/support/introspection.d.ts': schemaType(),
  'docs/reference/configuration.md': configuration(),
  'docs/reference/errors.md': errors(),
};

const root = new URL('../', import.meta.url);
const isCheck = process.argv.includes('--check');
for (const [path, content] of Object.entries(files)) settle(path, content);
// After the schema, because the operations are checked against its file.
for (const [path, content] of await typedDocuments()) settle(path, content);

function settle(path: string, content: string): void {
  if (read(path) === content) return;
  if (!isCheck) {
    writeFileSync(new URL(path, root), content);
    return;
  }
  process.stderr.write(`${path} differs from the code; run: npm run generate\n`);
  process.exitCode = 1;
}

async function typedDocuments(): Promise<[path: string, content: string][]> {
  const outputs = (await generate(await loadContext('codegen.yml'), false)) as {
    filename: string;
    content: string;
  }[];
  const made = '// Made from operations by `npm run generate`; codegen.yml names their files.\n';
  return outputs.map(({ filename, content }) => [
    relative(fileURLToPath(root), resolve(filename)),
    made + content,
  ]);
}

function schemaText(): string {
  return `# Made from the code by \`npm run generate\`.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
}

function schemaType(): string {
  const introspection = minifyIntrospection(introspectionFromSchema(lexicographicSortSchema(schema)));
  const preamble = '// Made from the schema by `npm run generate`.\n';
  return outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true, preamble });
}

function configuration(): string {
  return [
    '# Configuration',
    '',
    'Each option can be given in three ways: as an environment variable, as a line `NAME=value` of a file named with',
    '`--config`, or as a flag. A flag is the name in lower case with dashes: `PORT` is `--port`. Flags win over the',
    'environment, the environment over the file. An empty value counts as unset. A wrong value stops the start with a',
    "one-line error. An option that Glance has too keeps Glance's meaning and default (contract C30).",
    '',
    'A secret can also lie in a file of its own, such as a Docker secret: the option with `_FILE` at its end is the path of',
    'the file. A line break at the end of the file is dropped. The gateway refuses to start when both are given, and when',
    'the file cannot be read, is empty, or holds more than 64 KiB.',
    '',
    '`npm run generate` makes this page from the code.',
    '',
    ...optionTable(options),
    '',
    '## Options of each store',
    '',
    'A store has the options of its kind, with a prefix that its name makes: in capitals, with underscores for dashes.',
    'The store `cold-archive` of `STORES` has the options `STORE_COLD_ARCHIVE_…`. [Stores](../guide/stores.md) has',
    'examples.',
    ...Object.entries(STORE_OPTIONS).flatMap(([kind, store]) => [
      '',
      `### Kind ${kind}`,
      '',
      ...optionTable(optionsOf(store.prototype), 'STORE_{NAME}_'),
    ]),
    '',
  ].join('\n');
}

function optionTable(all: readonly Option[], prefix = ''): string[] {
  const rows = all.map((option) => {
    const { meaning, allowed, required, default: preset } = option;
    const names = namesOf(option).map((name) => `\`${prefix}${name}\``);
    const unset = required && preset === undefined ? 'must be given' : 'unset';
    const shown = preset === undefined || String(preset) === '' ? unset : `\`${String(preset)}\``;
    return `| ${names.join(' or ')} | ${meaning} | ${shown} | ${allowed} |`;
  });
  return [
    '| option | meaning | default | allowed |',
    '|---|---|---|---|',
    ...rows.map((row) => row.replaceAll('\n', ' ')),
  ];
}

function errors(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, message, when }]) => `| \`${code}\` | ${status} | ${when} | ${message} |`,
  );
  return [
    '# Errors',
    '',
    'In GraphQL the code is `extensions.code` of an error, and the status is 200; the status below applies to a request',
    'that never reached an operation. The data routes answer with the status and `{"code", "message", …}`. Errors also',
    'have these fields where they apply: `field` and `constraints` (bad input), `imageId` (the image that an upload left',
    'behind), `imageStatus`, `rule` (of the policy), `errorId` (also in the log). `npm run generate` makes this page',
    'from the code.',
    '',
    '| code | HTTP status | when | message |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Requests without a valid operation',
    '',
    'GraphQL itself adds these codes, for requests that did not run. The status is 200 when the client accepts only',
    '`application/json`, except for `BAD_REQUEST`.',
    '',
    '| code | HTTP status | when |',
    '|---|---|---|',
    ...Object.entries(REQUEST_ERRORS).map(
      ([code, { status, when }]) => `| \`${code}\` | ${status} | ${when} |`,
    ),
    '',
  ].join('\n');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}
