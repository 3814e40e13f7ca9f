import { Kind, type DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The approximate memory for parsed and checked documents together, in bytes. */
const DOCUMENT_BYTES = 32 * 1024 * 1024;
/** The approximate memory for the texts of automatic persisted queries together, in bytes. */
const PERSISTED_QUERY_BYTES = 16 * 1024 * 1024;
/** The memory for the hash of such a text and for its place in the store, in bytes. */
const BYTES_PER_HASH = 512;
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
  return boundedStore(DOCUMENT_BYTES, documentBytes);
}

/**
 * Returns the store in which Apollo keeps the texts of automatic persisted queries, by their hash. Apollo's own store does
 * not count what each hash needs, so that short texts would fill the memory.
 */
export function persistedQueryStore() {
  return boundedStore(PERSISTED_QUERY_BYTES, (text: string) => BYTES_PER_HASH + 2 * text.length);
}

/** Returns a store that drops the values that were not used for the longest time. */
function boundedStore<Value extends object | string>(bytes: number, bytesOf: (value: Value) => number) {
  const values = new LRUCache<string, Value>({ maxSize: bytes, sizeCalculation: bytesOf });
  return {
    get: async (key: string) => values.get(key),
    set: async (key: string, value: Value) => void values.set(key, value),
    delete: async (key: string) => values.delete(key),
  };
}
