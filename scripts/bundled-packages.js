import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const PACKAGES = fileURLToPath(new URL('../node_modules/', import.meta.url));

/** Packages that stay outside the bundle: a native addon, and a package that only some configurations load. */
export const OUTSIDE = ['libsql', 'yaml'];

/** Packages that have a bundle of their own, since only some configurations load them: bundle → what is imported. */
export const APART = {
  mysql2: ['mysql2', 'mysql2/promise'],
  metrics: ['prom-client'],
  'pretty-log': ['pino-pretty'],
  traces: [
    '@opentelemetry/core',
    '@opentelemetry/exporter-trace-otlp-proto',
    '@opentelemetry/resources',
    '@opentelemetry/sdk-trace',
  ],
  'usage-reporting': ['@apollo/usage-reporting-protobuf'],
};

/**
 * Sources that have a bundle of their own, with the part that they name of a package that only some configurations load:
 * bundle → source. All of the SDK for S3 takes half as much memory again.
 */
export const PARTS = { s3: 'store/s3-sdk.ts' };

/**
 * Makes esbuild load packages from their own bundles.
 *
 * @param bundles what is imported → the name of the bundle
 */
export const apart = (bundles) => ({
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, namespace }) => {
      if (namespace === 'apart') return { path, external: true };
      return Object.hasOwn(bundles, path) ? { path, namespace: 'apart' } : undefined;
    });
    build.onLoad({ filter: /./, namespace: 'apart' }, ({ path }) => ({
      contents: `module.exports = require('./${bundles[path]}.js')[${JSON.stringify(path)}];`,
    }));
  },
});

/** Packages that the gateway never runs. Each would cost time and memory at every start. */
const LEFT_OUT_PACKAGES = [
  // The tables of telephone numbers.
  /^libphonenumber-js(\/|$)/,
  // The compilers of JSON schemas. No route has such a schema, and no plan compiles its answer's text.
  /^@fastify\/(ajv|fast-json-stringify)-compiler$/,
  /^fast-json-stringify$/,
  // Apollo's way to a schema from its text.
  /^@graphql-tools\/schema$/,
  // The colours of TypeORM's log of statements, and those of debug's output, which no dependency brings.
  /^(@sqltools\/formatter|sql-highlight|supports-color)$/,
];

/** Files of packages that the gateway never runs. */
const LEFT_OUT_FILES = [
  // The drivers of other databases.
  /\/typeorm\/driver\/(?!better-sqlite3|mysql|sqlite-abstract)[a-z-]+\/[A-Z]\w+Driver\.js$/,
  /\/typeorm\/(entity-manager|repository)\/Mongo\w+\.js$/,
];

const NOTHING = `module.exports = new Proxy({}, {
  get: (_, name) => class { constructor() { throw new Error(String(name) + ' is not in the bundle'); } },
});`;

/** Makes esbuild leave out what the gateway never runs. */
export const leaveOut = {
  name: 'leave-out',
  setup(build) {
    for (const filter of LEFT_OUT_PACKAGES)
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: NOTHING }));
    build.onLoad({ filter: /node_modules/ }, ({ path }) =>
      LEFT_OUT_FILES.some((file) => file.test(path)) ? { contents: NOTHING } : undefined,
    );
  },
};

/**
 * Makes every importer take the ES modules of these packages. Node would give their CommonJS build to packages that call
 * `require`, and a bundle cannot drop what is not used from that.
 */
export const oneBuild = {
  name: 'one-build',
  setup(build) {
    build.onResolve({ filter: /^(graphql|tslib)(\/|$)/ }, ({ path, kind }) => {
      const file = require.resolve(path);
      if (file.endsWith('.json')) return undefined;
      const module = path === 'tslib' ? file.replace(/\.js$/, '.es6.js') : file.replace(/\.js$/, '.mjs');
      return kind === 'require-call' ? { path: `${module}.cjs`, namespace: 'once' } : { path: module };
    });
    // esbuild would copy all names of a module for each call of `require`.
    build.onLoad({ filter: /./, namespace: 'once' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path.slice(0, -'.cjs'.length))});`,
      resolveDir: dirname(path),
    }));
    build.onResolve({ filter: /^class-validator$/ }, () => ({
      path: join(PACKAGES, 'class-validator/esm2015/index.js'),
    }));
  },
};

/** TypeGraphQL would load every check of class-validator with the first arguments, and a start would have to load all. */
export const usedValidators = {
  name: 'used-validators',
  setup(build) {
    build.onLoad({ filter: /type-graphql\/build\/esm\/resolvers\/validate-arg\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace('const { validateOrReject } = await import("class-validator");', '')
        .replace(/^/, 'import { validateOrReject } from "class-validator";\n'),
      resolveDir: dirname(path),
    }));
  },
};

/** Apollo loads Node's digests in a way that no bundle has, and would fall back to digests in JavaScript. */
export const nativeDigests = {
  name: 'native-digests',
  setup(build) {
    build.onLoad({ filter: /@apollo\/utils\.createhash\/dist\/index\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('module.require', 'require'),
      resolveDir: dirname(path),
    }));
  },
};

/** Makes stack traces name the files that npm installs. The source maps of packages name files that it does not install. */
export const installedFiles = {
  name: 'installed-files',
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.[cm]?js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/m, ''),
    }));
  },
};
