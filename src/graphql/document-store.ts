import { Kind, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** So many documents are kept parsed, checked and, when they come often, compiled. */
export const DOCUMENTS = 500;

/** True when there is no choice which operation of the document runs. */
export function hasOneOperation(document: DocumentNode): boolean {
  return document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1;
}

/**
 * Where Apollo keeps documents that it has parsed and checked. Its own store is bounded by an estimate of
 * bytes, many times less than the tokens of a document hold on to.
 */
export function documentStore() {
  const documents = new LRUCache<string, DocumentNode>({ max: DOCUMENTS });
  return {
    get: async (key: string) => documents.get(key),
    set: async (key: string, document: DocumentNode) => void documents.set(key, document),
    delete: async (key: string) => documents.delete(key),
  };
}
