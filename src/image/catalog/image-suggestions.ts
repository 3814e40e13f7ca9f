import type { Database, Value } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import type { Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { CHARACTERS } from '../column-sizes.js';
import { badInput } from '../errors.js';
import { imageColumns } from '../records/image-columns.js';
import { fits } from '../text.js';
import { askerOf } from './asker.js';
import { readBriefly } from './brief-read.js';
import { listConditions, pageStatement } from './image-list.js';
import { totalOrder } from './image-order.js';
import type { RowBudget } from './row-budget.js';
import { containsWords, searchWords } from './search.js';

/** A text in use, and the number of images that have it. */
export interface Suggestion {
  readonly value: string;
  readonly count: number;
}

export interface WantedSuggestions {
  /** Words that the text must contain, in any letter case. */
  readonly search?: string | null;
  /** The number of texts; undefined or null for the default. */
  readonly first?: number | null;
  readonly rows?: RowBudget;
}

/**
 * Finds the texts that images have, the most frequent first. It looks at the newest images of the caller's list, whose
 * filter is empty.
 *
 * All throw ImageError BAD_USER_INPUT, FORBIDDEN, QUERY_TOO_COSTLY, SEARCH_TOO_SLOW.
 */
export interface ImageSuggestions {
  tags(caller: Caller, wanted: WantedSuggestions): Promise<Suggestion[]>;
  /** Returns names of properties that the caller may read. */
  propertyNames(caller: Caller, wanted: WantedSuggestions): Promise<Suggestion[]>;
  /** Returns values of one property, none if the caller may not read it. */
  propertyValues(caller: Caller, name: string, wanted: WantedSuggestions): Promise<Suggestion[]>;
}

/** The number of images that suggestions look at. A greater number takes too long where there are many images. */
const IMAGES_LOOKED_AT = 20_000;
const MOST_SUGGESTIONS = 100;
const DEFAULT_SUGGESTIONS = 20;
/** The longest text that is suggested. Values of properties may be longer. */
const LONGEST_TEXT = 255;
/** The greatest number of names that are read to find those that the caller may read. */
const MOST_NAMES = 10_000;

export function imageSuggestions(
  database: Database,
  policy: Policy,
  protection: PropertyProtection,
): ImageSuggestions {
  const { dialect } = database;
  const columns = imageColumns(database);

  return {
    async tags(caller, wanted) {
      const { words, first } = checked(wanted);
      const tags = await texts(caller, 'image_tags', dialect.exactly('x.value'), words, [], first);
      return spent(tags, wanted);
    },

    async propertyNames(caller, wanted) {
      const { words, first } = checked(wanted);
      const most = protection.isOn ? MOST_NAMES : first;
      const names = await texts(caller, 'image_properties', dialect.exactly('x.name'), words, [], most);
      const readable = names.filter(({ value }) => protection.mayRead(caller, value));
      return spent(readable.slice(0, first), wanted);
    },

    async propertyValues(caller, name, wanted) {
      const { words, first } = checked(wanted);
      policy.require(caller, 'get_images');
      if (!fits(name, CHARACTERS.propertyName) || !protection.mayRead(caller, name)) return [];
      const value = dialect.exactly('x.value');
      const conditions = [
        dialect.equalsExactly('x.name', name),
        { sql: `SUBSTR(${value}, ${LONGEST_TEXT + 1}, 1) = ''`, values: [] },
      ];
      const text = `SUBSTR(${value}, 1, ${LONGEST_TEXT})`;
      return spent(await texts(caller, 'image_properties', text, words, conditions, first), wanted);
    },
  };

  /** Returns the texts in one column of a table, alias `x`, of the newest images. */
  async function texts(
    caller: Caller,
    table: string,
    text: string,
    words: readonly string[],
    conditions: readonly Condition[],
    most: number,
  ): Promise<Suggestion[]> {
    policy.require(caller, 'get_images');
    const newest = await newestImages(caller);
    const all = [...conditions, ...containsWords(text, words, dialect)];
    const rows = await readBriefly(database.scans(askerOf(caller)), {
      sql:
        `SELECT ${text} AS value, COUNT(DISTINCT x.image_id) AS number FROM (${newest.sql}) newest ` +
        `JOIN ${table} x ON x.image_id = newest.id ` +
        `WHERE x.deleted = 0 ${all.map(({ sql }) => `AND ${sql} `).join('')}` +
        `GROUP BY ${text} ORDER BY number DESC, value LIMIT ${most}`,
      values: [...newest.values, ...all.flatMap(({ values }): readonly Value[] => values)],
    });
    return rows.map(({ value, number }) => ({ value: String(value), count: Number(number) }));
  }

  async function newestImages(caller: Caller): Promise<Condition> {
    const list = await listConditions(caller, { filter: {} }, database, protection);
    const order = totalOrder([]);
    const fields = order.map(({ key }) => key);
    const form = { order, fields, rows: IMAGES_LOOKED_AT };
    return pageStatement(list, form, { dialect, columns });
  }
}

/**
 * Returns the number of suggestions to give.
 *
 * @throws ImageError BAD_USER_INPUT
 */
export function suggestionCount(first: number | null | undefined): number {
  const wanted = first ?? DEFAULT_SUGGESTIONS;
  if (wanted < 0 || wanted > MOST_SUGGESTIONS)
    throw badInput('first', `must be a number from 0 to ${MOST_SUGGESTIONS}`);
  return wanted;
}

/** @throws ImageError BAD_USER_INPUT */
function checked({ search, first }: WantedSuggestions): { words: string[]; first: number } {
  return { first: suggestionCount(first), words: searchWords(search) };
}

function spent(found: Suggestion[], { rows }: WantedSuggestions): Suggestion[] {
  rows?.spend(found.length);
  return found;
}
