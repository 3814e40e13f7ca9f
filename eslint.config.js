import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { arrows } from './lint/rooms.js';

export default tseslint.config(
  {
    ignores: [
      'test/support/introspection.d.ts',
      'test/support/operations.ts',
      'src/console/page/gateway/operations.ts',
      'dist/',
      'node_modules/',
      'bench/node_modules/',
      'examples/clients/public/build/',
      'examples/clients/src/gql/',
      'examples/clients/src/relay/__generated__/',
      'data/',
      'coverage/',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'src/console/page/**/*.tsx'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only config/ reads options; main.ts hands the environment over.',
        },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  // Tables: one entry after the other, long and plain.
  {
    files: ['src/config/config.ts', 'src/image/errors.ts', 'src/console/page/texts/*.ts'],
    rules: { 'max-lines': 'off' },
  },
  { files: ['src/main.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/graphql/graphiql/page/**', 'src/console/page/**'],
    plugins: { rooms: { rules: { arrows } } },
    rules: { 'rooms/arrows': 'error' },
  },
  {
    // type-graphql stands beside TypeORM's decorators on the entities, and nowhere else in the domain.
    files: ['src/image/**/*.ts'],
    ignores: [
      'src/image/records/image.ts',
      'src/image/records/image-property.ts',
      'src/image/records/image-member.ts',
      'src/image/records/node.ts',
    ],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'type-graphql', message: 'Only entity files of src/image use type-graphql.' }] },
      ],
    },
  },
  {
    // Plain JavaScript for Node or for browsers: which names are there is not for the linter to know.
    files: ['bench/**/*.js', 'lint/**/*.js', 'scripts/**/*.js', 'examples/**/*.js'],
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
