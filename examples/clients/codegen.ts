import type { CodegenConfig } from '@graphql-codegen/cli';
import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';

const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/relay/**'],
  generates: {
    'src/gql/': {
      preset: 'client',
      // The caches of Apollo Client and urql need the types of objects, also where a document runs by its hash.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        strictScalars: true,
        scalars: { SafeInt: 'number', DateTime: 'string', Upload: 'File' },
        useTypeImports: true,
      },
    },
  },
};

export default config;
