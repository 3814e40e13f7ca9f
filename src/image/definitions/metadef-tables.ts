import type { Database, Row } from '../../database/database.js';
import { definitionsIn, IMAGES, objectIn, textIn, type DefinitionGroup } from './property-definition.js';

/** The rows that are read of Glance's definitions. Its own files have about a hundred for images. */
const MOST_ROWS = 2000;

/** Reads the definitions for images in Glance's tables. */
export async function readMetadefTables(database: Pick<Database, 'read'>): Promise<DefinitionGroup[]> {
  const rows = await database.read(
    `${part('p', 'metadef_properties')} UNION ALL ${part('o', 'metadef_objects')} ${END}`,
    [IMAGES, IMAGES],
  );
  return rows.map((row) => {
    const title = textIn(row.title) ?? String(row.namespace);
    return {
      onlyFor: row.visibility === 'public' ? undefined : String(row.owner),
      definitions: definitionsIn({ title, prefix: textIn(row.prefix) ?? '', properties: propertiesOf(row) }),
    };
  });
}

const part = (kind: 'p' | 'o', table: string) =>
  `SELECT '${kind}' AS kind, n.namespace AS namespace, n.display_name AS title, n.visibility AS visibility, ` +
  `n.owner AS owner, r.prefix AS prefix, d.name AS name, d.json_schema AS content ` +
  `FROM metadef_resource_types t JOIN metadef_namespace_resource_types r ON r.resource_type_id = t.id ` +
  `JOIN metadef_namespaces n ON n.id = r.namespace_id JOIN ${table} d ON d.namespace_id = n.id WHERE t.name = ?`;
const END = `ORDER BY namespace, kind DESC, name LIMIT ${MOST_ROWS}`;

/** A row has a property, or an object of several. */
function propertiesOf({ kind, name, content }: Row): Readonly<Record<string, unknown>> {
  const schema = jsonIn(content);
  return kind === 'p' ? { [String(name)]: schema } : objectIn(schema);
}

function jsonIn(content: unknown): unknown {
  try {
    return JSON.parse(String(content));
  } catch {
    return {};
  }
}
