import { basename, dirname } from 'node:path';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders of `src/` from top to bottom. A folder may import from those below it, never from those above. */
const MAY_IMPORT = {
  graphql: ['image', 'http', 'identity', 'telemetry'],
  data: ['image', 'http', 'identity', 'store', 'telemetry'],
  'rest/v1': ['rest/wire', 'image', 'http', 'identity'],
  'rest/registry': ['rest/wire', 'image', 'http', 'identity'],
  'rest/wire': ['image', 'http', 'identity'],
  http: ['image', 'identity', 'database', 'telemetry'],
  image: ['identity', 'database', 'store', 'telemetry'],
  identity: [],
  database: [],
  store: [],
  telemetry: [],
};

const layers = Object.entries(MAY_IMPORT).map(([folder, below]) => {
  const up = '../'.repeat(folder.split('/').length);
  const others = Object.keys(MAY_IMPORT).filter((other) => other !== folder && !below.includes(other));
  /** Folders beside this one are near by another way. */
  const beside = others.filter((other) => folder.includes('/') && dirname(other) === dirname(folder));
  return {
    files: [`src/${folder}/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                `${up}../*`,
                `${up}*.js`,
                ...others.map((other) => `${up}${other}/**`),
                ...beside.map((other) => `../${basename(other)}/**`),
              ],
              message: `src/${folder} may import from ${below.join(', ') || 'no other folder'} only.`,
            },
          ],
        },
      ],
    },
  };
});

export default tseslint.config(
  {
    ignores: [
      'test/support/operations.ts',
      'dist/',
      'node_modules/',
      'bench/node_modules/',
      'data/',
      'coverage/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only config.ts reads options; main.ts hands the environment over.',
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  // Tables: one entry after the other, long and plain.
  { files: ['src/config.ts', 'src/image/errors.ts'], rules: { 'max-lines': 'off' } },
  { files: ['src/main.ts'], rules: { 'no-restricted-properties': 'off' } },
  ...layers,
  {
    // type-graphql stands beside TypeORM's decorators on the entities, and nowhere else in the domain.
    files: ['src/image/**/*.ts'],
    ignores: [
      'src/image/image.ts',
      'src/image/image-property.ts',
      'src/image/image-member.ts',
      'src/image/node.ts',
    ],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'type-graphql', message: 'Only entity files of src/image use type-graphql.' }] },
      ],
    },
  },
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  {
    // Plain JavaScript for Node or for browsers: which names are there is not for the linter to know.
    files: ['bench/**/*.js', 'scripts/**/*.js', 'examples/**/*.js', 'test/docs/clients/*.js'],
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['examples/web/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        fetch: 'readonly',
        FormData: 'readonly',
        location: 'readonly',
        Option: 'readonly',
        URLSearchParams: 'readonly',
        XMLHttpRequest: 'readonly',
      },
    },
  },
);
