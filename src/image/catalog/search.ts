import type { Reader } from '../../database/database.js';
import { NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import { containsAnyCase } from '../../database/letter-case.js';
import { CHARACTERS } from '../column-sizes.js';
import { badInput } from '../errors.js';
import { fits } from '../text.js';
import { readBriefly } from './brief-read.js';
import { amongTags, isTagged } from './tag-filter.js';

export const MOST_WORDS = 8;
export const LONGEST_SEARCH = 100;

/**
 * Returns the words of a search, each once. A search of blanks alone has no words, and finds everything.
 *
 * @throws ImageError BAD_USER_INPUT
 */
export function searchWords(search: string | null | undefined): string[] {
  if (search === null || search === undefined) return [];
  if (search.length > LONGEST_SEARCH) {
    throw badInput('search', `must have at most ${LONGEST_SEARCH} characters; it has ${search.length}`);
  }
  const words = [...new Set(search.split(/\s+/).filter((word) => word !== ''))];
  if (words.length > MOST_WORDS) {
    throw badInput('search', `must have at most ${MOST_WORDS} words; it has ${words.length}`);
  }
  return words;
}

/**
 * Returns a condition for each word: the image (alias `i`) has it in its name, its owner or a tag, or its id, checksum or
 * second digest begins with it. Letter case makes no difference.
 */
export async function searchConditions(words: readonly string[], reader: Reader): Promise<Condition[]> {
  const { dialect } = reader;
  const possible = words.filter((word) => fits(word));
  if (possible.length < words.length) return [NEVER];
  const tags = await matchingTags(words, reader);
  return words.map((word) => {
    const places = [
      ...CONTAINING.map((column) => dialect.matchesAnyCase(column, 'contains', word)),
      ...BEGINNING.filter(({ characters }) => word.length <= characters).map(({ sql }) =>
        dialect.matchesAnyCase(sql, 'startsWith', word),
      ),
      ...tagged(word, tags, dialect),
    ];
    return {
      sql: `(${places.map(({ sql }) => sql).join(' OR ')})`,
      values: places.flatMap(({ values }) => values),
    };
  });
}

/** The greatest number of tags that are named in a statement. */
const MOST_TAGS = 100;

/**
 * Returns the tags in use that match one of the words; undefined for too many. The servers would look up the tags of each
 * image otherwise, which takes most of the time, and most searches match no tag.
 */
async function matchingTags(words: readonly string[], reader: Reader): Promise<string[] | undefined> {
  if (words.length === 0) return [];
  const { dialect } = reader;
  const matches = words.map((word) => dialect.matchesAnyCase('t.value', 'contains', word));
  const rows = await readBriefly(reader, {
    sql:
      `SELECT DISTINCT ${dialect.exactly('t.value')} AS value FROM image_tags t ` +
      `WHERE ${matches.map(({ sql }) => sql).join(' OR ')} LIMIT ${MOST_TAGS + 1}`,
    values: matches.flatMap(({ values }) => values),
  });
  return rows.length > MOST_TAGS ? undefined : rows.map(({ value }) => String(value));
}

function tagged(word: string, tags: readonly string[] | undefined, dialect: Dialect): Condition[] {
  if (!tags) return [isTagged(dialect.matchesAnyCase('t.value', 'contains', word))];
  const matching = tags.filter((tag) => containsAnyCase(tag, word));
  return matching.length > 0 ? [isTagged(amongTags(matching, dialect))] : [];
}

/** Returns the conditions that a text of one column contains every word. Letter case makes no difference. */
export function containsWords(column: string, words: readonly string[], dialect: Dialect): Condition[] {
  return words.map((word) => (fits(word) ? dialect.matchesAnyCase(column, 'contains', word) : NEVER));
}

const CONTAINING = ['i.name', 'i.owner'];

const BEGINNING = [
  { sql: 'i.id', characters: CHARACTERS.id },
  { sql: 'i.checksum', characters: CHARACTERS.checksum },
  { sql: 'i.os_hash_value', characters: CHARACTERS.hashValue },
];
