import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleFileError } from '../access/rule-file.js';
import { definitionsIn, IMAGES, objectIn, textIn, type DefinitionGroup } from './property-definition.js';

/**
 * Reads the definitions for images in a folder of Glance's files, such as its `etc/metadefs`. Files that do not end in
 * `.json` are not read.
 *
 * @throws RuleFileError when the folder or a file cannot be read, or a file is wrong
 */
export function readMetadefFiles(folder: string): DefinitionGroup[] {
  return namesIn(folder).flatMap((name) => groupsOf(join(folder, name)));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    throw new RuleFileError(folder, undefined, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Returns a group for each time that the file is for images; a file for flavors or volumes has none. */
function groupsOf(path: string): DefinitionGroup[] {
  const file = contentOf(path);
  const title = textIn(file.display_name) ?? textIn(file.namespace);
  if (title === null) throw new RuleFileError(path, undefined, 'expected a display_name or a namespace');
  const properties: Record<string, unknown> = { ...objectIn(file.properties) };
  for (const each of listIn(path, file, 'objects'))
    Object.assign(properties, objectIn(objectIn(each).properties));
  // Glance makes such a namespace the administrators' own.
  const isPublic = file.visibility === 'public';
  return listIn(path, file, 'resource_type_associations')
    .map(objectIn)
    .filter(({ name }) => name === IMAGES)
    .map(({ prefix }) => ({
      onlyFor: isPublic ? undefined : null,
      definitions: definitionsIn({ title, prefix: textIn(prefix) ?? '', properties }),
    }));
}

function contentOf(path: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (objectIn(content) === content) return content as Record<string, unknown>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RuleFileError(path, undefined, code ? `cannot be read (${code})` : `is no JSON (${message})`);
  }
  throw new RuleFileError(path, undefined, 'expected a JSON object');
}

/** @throws RuleFileError */
function listIn(path: string, file: Readonly<Record<string, unknown>>, key: string): readonly unknown[] {
  const list = file[key] ?? [];
  if (Array.isArray(list)) return list;
  throw new RuleFileError(path, undefined, `${key} must be a list`);
}
