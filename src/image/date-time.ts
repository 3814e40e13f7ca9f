import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** GraphQL's scalar for times. In the program a time is text as MySQL writes it, always six digits of fraction. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'A time in UTC, ISO 8601 with six digits of fraction, such as `2026-11-21T09:03:38.756067Z`. ' +
    'On input a zone is honoured, no zone means UTC, and a date alone is its first moment.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (stored) => isoTime(String(stored)),
  parseValue: (value) => storedTime(value) ?? refuse(value),
  parseLiteral: (node) => {
    const value = node.kind === Kind.STRING ? node.value : undefined;
    return storedTime(value) ?? refuse(value);
  },
});

/** `2026-11-21 09:03:38[.756067]` as stored → `2026-11-21T09:03:38.756067Z` (contract C6.4, with a zone). */
export function isoTime(stored: string): string {
  return `${stored.slice(0, 10)}T${stored.slice(11, 19)}.${stored.slice(20, 26).padEnd(6, '0')}Z`;
}

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * A time as people write it, ISO 8601, in the form in which the database writes it; undefined for what is no time.
 *
 * @param zones `ignored` takes the clock as it is, whatever zone stands behind it
 */
export function storedTime(value: unknown, zones: 'honoured' | 'ignored' = 'honoured'): string | undefined {
  const match = typeof value === 'string' ? FORM.exec(value.trim()) : null;
  if (!match) return undefined;
  const [, date, clock = '00:00:00', fraction = '', written = 'Z'] = match;
  const zone = zones === 'ignored' ? 'Z' : written;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const moment = new Date(`${date}T${seconds}${offset}`);
  const day = new Date(`${date}T00:00:00Z`);
  // JavaScript takes 30 February for 2 March; the way back shows it.
  const isReal =
    !Number.isNaN(moment.getTime()) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  if (!isReal || moment.getUTCFullYear() < 1000 || moment.getUTCFullYear() > 9999) return undefined;
  // The Date carries whole seconds only; the fraction passes beside it untouched.
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')}.${fraction.slice(0, 6).padEnd(6, '0')}`;
}

function refuse(value: unknown): never {
  const shown = typeof value === 'string' ? `"${value.slice(0, 40)}"` : 'This value';
  throw new GraphQLError(`${shown} is not a time; expected ISO 8601 such as 2026-11-21T09:03:38.756067Z.`);
}
