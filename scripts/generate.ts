import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate, loadContext } from '@graphql-codegen/cli';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { graphqlSchema, type Domain } from '../src/graphql/schema.js';
import { REQUEST_ERRORS } from '../src/graphql/errors/request-errors.js';
import { ERRORS } from '../src/image/errors.js';
import { optionsOf, type Option } from '../src/config/option.js';
import { options } from '../src/config/read-config.js';
import { STORE_OPTIONS } from '../src/config/store-options.js';

/**
 * Writes what is made from the code: the schema, two pages of reference, and the operations of tests and
 * examples as typed documents (`codegen.yml`). With `--check` nothing is written, and what differs from the
 * code ends the run with status 1.
 */
const files: Record<string, string> = {
  'schema/schema.graphql': await schema(),
  'docs/reference/configuration.md': configuration(),
  'docs/reference/errors.md': errors(),
};

const root = new URL('../', import.meta.url);
const isCheck = process.argv.includes('--check');
for (const [path, content] of Object.entries(files)) settle(path, content);
// The schema stands by now: operations are read against the file.
for (const [path, content] of await typedDocuments()) settle(path, content);

function settle(path: string, content: string): void {
  if (read(path) === content) return;
  if (!isCheck) {
    writeFileSync(new URL(path, root), content);
    return;
  }
  process.stderr.write(`${path} is not what the code says; run: npm run generate\n`);
  process.exitCode = 1;
}

async function typedDocuments(): Promise<[path: string, content: string][]> {
  const outputs = (await generate(await loadContext('codegen.yml'), false)) as {
    filename: string;
    content: string;
  }[];
  const made = '// Made from the operations in test/ and examples/ by `npm run generate`.\n';
  return outputs.map(({ filename, content }) => [
    relative(fileURLToPath(root), resolve(filename)),
    made + content,
  ]);
}

async function schema(): Promise<string> {
  const built = await graphqlSchema({ formats: { disk: [], container: [] } } as unknown as Domain);
  return `# Made from the code by \`npm run generate\`.\n\n${printSchema(lexicographicSortSchema(built))}\n`;
}

function configuration(): string {
  return [
    '# Configuration',
    '',
    'Every option is an environment variable, a line `NAME=value` of a file given with `--config`, or a flag: the',
    'name in lower case with dashes (`PORT` is `--port`). Flags win over the environment, the environment over the',
    "file. Names that Glance also has keep Glance's meaning and default (contract C30). A value that is not allowed",
    'stops the start with one line. This page is made from the code by `npm run generate`.',
    '',
    ...optionTable(options),
    '',
    '## Options of each store',
    '',
    'A store called `archive` in `STORES` has the options of its kind under `STORE_ARCHIVE_`: the name in capitals,',
    'dashes as underscores. [Stores](../guide/stores.md) has examples.',
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
  const rows = all.map(({ name, meaning, allowed, required, default: preset }) => {
    const unset = required && preset === undefined ? 'must be given' : 'unset';
    const shown = preset === undefined || String(preset) === '' ? unset : `\`${String(preset)}\``;
    return `| \`${prefix}${name}\` | ${meaning} | ${shown} | ${allowed} |`;
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
    'GraphQL shows the code as `extensions.code` of an error and answers 200, or the status below when the request',
    'never reached an operation. The data road answers with the status and `{"code", "message", …}`. Beside the code',
    'stand, where they apply: `field` and `constraints` (bad input), `imageId` (the image that an upload leaves',
    'behind), `imageStatus`, `rule` (of the policy), `errorId` (also in the log). `npm run generate` makes this',
    'page from the code.',
    '',
    '| code | HTTP status | when | message |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Requests without a valid operation',
    '',
    'GraphQL itself adds these codes. The request has not run. The status is 200 where the client accepts only',
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
