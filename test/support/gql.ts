import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './introspection.js';

/**
 * Returns a GraphQL document. TypeScript infers the types of its answer and its variables from the text and
 * the schema, so the text must be a literal: a template with `${…}` has no type.
 *
 * A document may use fragments: `gql('query { image(id: "…") { ...Summary } }', [Summary])`.
 */
export const gql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; SafeInt: number; Upload: null; ID: string };
  disableMasking: true;
}>();

export type { ResultOf, VariablesOf } from 'gql.tada';
