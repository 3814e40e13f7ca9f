import type { Config } from '../config/config.js';

/** Returns true when GraphiQL is served: it has no use where its own queries may not run. */
export function hasGraphiql({ graphiql, introspection, persistedDocuments }: Config): boolean {
  return graphiql && introspection && persistedDocuments === undefined;
}
