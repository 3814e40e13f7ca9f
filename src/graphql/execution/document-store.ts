import { Kind, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The approximate memory for parsed and checked documents together, in bytes. */
const DOCUMENT_BYTES = 32 * 1024 * 1024;
/** The memory for a token and its share of the nodes of the tree, in bytes. */
const BYTES_PER_TOKEN = 512;

/** Returns true if the document has one operation, so that `operationName` does not matter. */
export function hasOneOperation(document: DocumentNode): boolean {
  return document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length === 1;
}

/** Returns the approximate memory of a parsed document with its text, in bytes. */
export function documentBytes({ loc }: DocumentNode): number {
  if (!loc) return BYTES_PER_TOKEN;
  let tokens = 1;
  for (let token = loc.startToken.next; token; token = token.next) tokens += 1;
  return tokens * BYTES_PER_TOKEN + 2 * loc.source.body.length;
}

/**
 * Returns the store in which Apollo keeps parsed and validated documents. Apollo's own store counts the bytes of the text,
 * many times less than the tokens of a document need.
 */
export function documentStore() {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: DOCUMENT_BYTES,
    sizeCalculation: documentBytes,
  });
  return {
    get: async (key: string) => documents.get(key),
    set: async (key: string, document: DocumentNode) => void documents.set(key, document),
    delete: async (key: string) => documents.delete(key),
  };
}
