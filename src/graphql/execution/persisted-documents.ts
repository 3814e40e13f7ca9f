import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { FastifyRequest } from 'fastify';
import { ManifestError } from './manifest-error.js';

/** The documents that alone may run, from the manifests of clients. */
export interface PersistedDocuments {
  /**
   * Returns the text of the document that a request names by its id, or sends whole. Undefined when it is not one of the
   * documents.
   */
  textFor(request: Pick<FastifyRequest, 'method' | 'query' | 'body'>): string | undefined;
  /** The names of their operations. */
  readonly names: readonly string[];
}

/**
 * Reads the manifests of clients: JSON files from id to document, as the client preset of GraphQL Code Generator writes
 * them.
 *
 * @param path a manifest, or a folder of manifests
 * @param warn tells of a document that does not fit the schema; it gets an error when it is asked for
 * @throws ManifestError
 */
export function persistedDocuments(
  path: string,
  schema: GraphQLSchema,
  warn: (problem: string) => void,
): PersistedDocuments {
  const texts = new Map<string, string>();
  const names: string[] = [];
  for (const file of manifestsIn(path)) {
    for (const [id, text] of Object.entries(manifest(file))) {
      if ((texts.get(id) ?? text) !== text)
        throw new ManifestError(file, `${id}: another manifest has this id too`);
      const document = parsed(file, id, text);
      names.push(...namesIn(document));
      const [error] = validate(schema, document);
      if (error) warn(`PERSISTED_DOCUMENTS: ${file}: ${id}: ${error.message}`);
      texts.set(id, text);
    }
  }
  if (texts.size === 0) throw new ManifestError(path, 'expected a manifest with documents');
  const known = new Set(texts.values());

  return {
    names,

    textFor({ method, query, body }) {
      const asked = ((method === 'GET' ? query : body) ?? {}) as Asked;
      const id = idIn(asked);
      if (id !== undefined) return texts.get(id) ?? texts.get(id.replace(/^sha256:/, ''));
      return typeof asked.query === 'string' && known.has(asked.query) ? asked.query : undefined;
    },
  };
}

function namesIn({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION && each.name ? [each.name.value] : [],
  );
}

/** The part of a request that tells its document. In a GET, `extensions` is JSON. */
interface Asked {
  query?: unknown;
  documentId?: unknown;
  extensions?: unknown;
}

/** Returns the id, as GraphQL over HTTP (appendix on persisted documents) or as Apollo's clients send it. */
function idIn({ documentId, extensions }: Asked): string | undefined {
  if (typeof documentId === 'string') return documentId;
  const hash = (objectOf(extensions)?.persistedQuery as { sha256Hash?: unknown } | undefined)?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}

function objectOf(extensions: unknown): Record<string, unknown> | undefined {
  if (typeof extensions !== 'string') return (extensions ?? undefined) as Record<string, unknown> | undefined;
  try {
    return (JSON.parse(extensions) ?? undefined) as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}

function manifestsIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function manifest(file: string): Record<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw error instanceof SyntaxError ? new ManifestError(file, 'expected JSON') : unreadable(file, error);
  }
  const isManifest =
    typeof content === 'object' &&
    content !== null &&
    !Array.isArray(content) &&
    Object.values(content).every((text) => typeof text === 'string');
  if (!isManifest) throw new ManifestError(file, 'expected an object from id to document');
  return content as Record<string, string>;
}

function parsed(file: string, id: string, text: string) {
  try {
    return parse(text);
  } catch (error) {
    throw new ManifestError(file, `${id}: ${(error as Error).message}`);
  }
}

function unreadable(path: string, error: unknown): ManifestError {
  return new ManifestError(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
}
