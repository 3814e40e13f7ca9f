import { existsSync, readFileSync } from 'node:fs';
import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** Tests with browsers, other servers and clients beside us, or that kill processes: the gate runs them. */
const LONG = 'test/**/*.long.test.ts';

/** Each project has this setup; a setup for all of them would start a second server. */
const globalSetup = ['test/support/own-home.ts', 'test/support/mysql-server.ts'];

const report = process.env.TEST_REPORT;

/** Room → percentages below which `npm run coverage` fails; `npm run coverage:raise` raises them. */
const floors = existsSync('test/coverage-floor.json')
  ? (JSON.parse(readFileSync('test/coverage-floor.json', 'utf8')) as Record<string, object>)
  : {};

export default defineConfig({
  plugins: [swc.vite({ module: { type: 'es6' } })],
  // Node takes graphql's CommonJS build; a second copy of it beside would not know the first one's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    environment: 'node',
    pool: 'forks',
    // Files of one worker share what they import: loading the gateway anew for each would take most of the time.
    isolate: false,
    maxWorkers: 2,
    setupFiles: ['test/support/every-test.ts'],
    // The gate reads from this file which tests failed.
    reporters: ['default', ...(report ? [['json', { outputFile: report }] as ['json', object]] : [])],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The pages run in a browser, main.ts and the launcher in processes of their own.
      exclude: ['src/graphql/graphiql/page/**', 'src/console/page/**', 'src/main.ts', 'src/launcher.ts'],
      reporter: ['json-summary', 'html'],
      reportOnFailure: true,
      thresholds: Object.fromEntries(
        Object.entries(floors).map(([room, floor]) => [`src/${room}/**`, floor]),
      ),
    },
    projects: [
      {
        extends: true,
        test: { name: 'quick', globalSetup, include: ['test/**/*.test.ts'], exclude: [LONG] },
      },
      { extends: true, test: { name: 'long', globalSetup, include: [LONG] } },
    ],
  },
});
