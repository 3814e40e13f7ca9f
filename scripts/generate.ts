import 'reflect-metadata';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifyIntrospection, outputIntrospectionFile } from 'gql.tada/internal';
import { generate, loadContext } from '@graphql-codegen/cli';
import { introspectionFromSchema, Kind, lexicographicSortSchema, parse, printSchema } from 'graphql';
import { graphqlSchema, type SchemaParts } from '../src/graphql/schema.js';
import { REQUEST_ERRORS } from '../src/graphql/errors/request-errors.js';
import { ERRORS } from '../src/image/errors.js';
import { DEFINITIONS, PREFIX, type Definition } from '../src/telemetry/metrics/definitions.js';
import { optionsOf, type Option } from '../src/config/option.js';
import { namesOf, options } from '../src/config/read-config.js';
import { logMessages } from './log-messages.js';
import { STORE_OPTIONS } from '../src/config/store-options.js';

/**
 * Writes the files that are made from the code: the schema, the schema as a type for the documents in tests
 * (`test/support/gql.ts`), four pages of reference, the names of the console's operations, and the operations of the examples and of the console as typed
 * documents (`codegen.yml`). With `--check` it writes nothing, and exits with status 1 if a file differs from the code.
 */
const root = new URL('../', import.meta.url);
const schema = await graphqlSchema({ formats: { disk: [], container: [] } } as unknown as SchemaParts);
const files: Record<string, string> = {
  'schema/schema.graphql': schemaText(),
  'test/support/introspection.d.ts': schemaType(),
  'docs/reference/configuration.md': configuration(),
  'docs/reference/errors.md': errors(),
  'docs/reference/metrics.md': metrics(),
  'docs/reference/logs.md': logs(),
  'src/console/operation-names.ts': consoleOperations(),
};

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

function metrics(): string {
  const rows = Object.entries<Definition>(DEFINITIONS).map(([name, { kind, help, labels, buckets }]) => {
    const limits = buckets ? ` Buckets: ${buckets.join(', ')}.` : '';
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${PREFIX}${name}\` | ${kind} | ${named} | ${help}${limits} |`;
  });
  return [
    '# Metrics',
    '',
    'With `METRICS_PORT` the gateway serves these metrics at `/metrics`, in the text format of Prometheus. They ask for no',
    'identity, so they listen on an address of their own (`METRICS_HOST`), by default on this machine only. No label holds a',
    'name that a client chooses: the number of series is bounded. [Operations](../guide/operations.md) tells what to watch.',
    '',
    'The metrics of the process, `process_…` and `nodejs_…`, have the names that every program on Node.js gives them: among',
    'them `process_resident_memory_bytes`, `process_open_fds`, `nodejs_heap_size_used_bytes` and',
    '`nodejs_eventloop_lag_p99_seconds`.',
    '',
    '`npm run generate` makes this page from the code.',
    '',
    '| metric | kind | labels | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function logs(): string {
  const isOfAPage = (file: string) => /^(console|graphql\/graphiql)\/page\//.test(file);
  const rows = logMessages(fileURLToPath(root), 'src', isOfAPage).map(({ level, text, fields, file }) => {
    const named = fields.map((field) => `\`${field}\``).join(', ');
    return `| ${level} | ${text.replaceAll('|', '\\|')} | ${named} | \`${file}\` |`;
  });
  return [
    '# Logs',
    '',
    'The gateway logs to standard output: one JSON object a line (`LOG_FORMAT=json`), or lines for people',
    '(`LOG_FORMAT=pretty`, the default on a terminal). `LOG_LEVEL` sets the lowest level. The banner of a start, and the error',
    'that stops one, are plain text on standard error. No line holds a token, a password, a query string or the value of a',
    'statement. A control character is shown as its escape, so that no client can write to a terminal.',
    '',
    '| field | meaning |',
    '|---|---|',
    '| `level` | `error`: an operator should look at it. `warn`: the gateway goes on, with a loss. `info`, `debug`: the normal life |',
    '| `time` | UTC, in ISO 8601 with milliseconds; local time with `pretty` |',
    '| `msg` | the message, as listed below |',
    '| `reqId` | the id of the request, also in `X-Openstack-Request-Id` of its answer |',
    '| `err` | the error: `type`, `message`, `code`, `stack`, `cause` |',
    '| `errorId` | the id that the client was told in place of an internal error |',
    '| `imageId`, `uploadId` | the image and the upload that the line is about |',
    '',
    'The line `request` ends each request: `method`, `path`, `status`, `ms` (milliseconds) and `brokenOff` when the client left',
    'before the end of the answer. The line `audit` tells of each change: [Security](../../SECURITY.md) lists its fields.',
    '',
    '`npm run generate` makes this page from the code. `{…}` stands for a part that differs.',
    '',
    '| level | message | further fields | logged by |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** Returns the names of the operations in the console's documents as a module. */
function consoleOperations(): string {
  const folder = new URL('src/console/page/gateway/', root);
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const names = texts
    .flatMap((text) => parse(text).definitions)
    .flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION && each.name ? [each.name.value] : []));
  const lines = names.sort().map((name) => `  '${name}',\n`);
  return (
    '// Made from operations by `npm run generate`.\n\n' +
    '/** The names of the operations that the console sends. */\n' +
    `export const CONSOLE_OPERATIONS: readonly string[] = [\n${lines.join('')}];\n`
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}
