import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Log } from '../../telemetry/log.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { readMetadefFiles } from './metadef-files.js';
import { readMetadefTables } from './metadef-tables.js';
import { OWN_DEFINITIONS } from './own-definitions.js';
import type { DefinitionGroup, PropertyDefinition } from './property-definition.js';

/** Knows the meaning of properties. */
export interface PropertyDefinitions {
  /**
   * Returns the definitions that the caller may see, by name. Where two collections define one name, both are there. The
   * gateway's own stand for names that no other collection defines.
   */
  all(caller: Caller): Promise<PropertyDefinition[]>;
  /**
   * Reads the files again. The old definitions stay when a file is wrong.
   *
   * @throws RuleFileError
   */
  reload(): void;
}

interface Parts {
  database: Pick<Database, 'hasMetadefs' | 'read'>;
  protection: PropertyProtection;
  log: Pick<Log, 'warn'>;
}

/** Milliseconds for which the definitions in Glance's tables are kept. */
const KEPT_MS = 60_000;

/**
 * @param folder the folder of Glance's files; undefined for none
 * @throws RuleFileError
 */
export function propertyDefinitions(
  folder: string | undefined,
  { database, protection, log }: Parts,
): PropertyDefinitions {
  let ofFiles = read();
  let ofTables: { groups: Promise<readonly DefinitionGroup[]>; until: number } | undefined;

  return {
    async all(caller) {
      const seen = [...ofFiles, ...(await inTables())]
        .filter(({ onlyFor }) => onlyFor === undefined || caller.isAdmin || isOf(caller, onlyFor))
        .flatMap(({ definitions }) => definitions);
      const names = new Set(seen.map(({ name }) => name));
      const own = OWN_DEFINITIONS.filter(({ name }) => !names.has(name));
      return withoutTwins([...seen, ...own])
        .filter(({ name }) => protection.mayRead(caller, name))
        .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
    },
    reload() {
      ofFiles = read();
    },
  };

  function read(): readonly DefinitionGroup[] {
    return folder === undefined ? [] : readMetadefFiles(folder);
  }

  function inTables(): Promise<readonly DefinitionGroup[]> {
    if (!database.hasMetadefs) return Promise.resolve([]);
    if (ofTables && performance.now() < ofTables.until) return ofTables.groups;
    ofTables = { groups: readTables(), until: performance.now() + KEPT_MS };
    return ofTables.groups;
  }

  /** Definitions are help: a database that does not give them leaves the others. */
  function readTables(): Promise<readonly DefinitionGroup[]> {
    return readMetadefTables(database).catch((error: unknown) => {
      log.warn({ err: error }, "the definitions of properties in Glance's tables cannot be read");
      return [];
    });
  }
}

function isOf({ tenant }: Caller, owner: string | null): boolean {
  return owner !== null && owner === tenant;
}

/** Glance's files may be in its tables too. */
function withoutTwins(definitions: readonly PropertyDefinition[]): PropertyDefinition[] {
  return [...new Map(definitions.map((each) => [JSON.stringify([each.name, each.group]), each])).values()];
}
