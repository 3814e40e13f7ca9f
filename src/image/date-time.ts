import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** GraphQL's scalar for times. In the program, a time is a text as MySQL writes it, with six digits of fraction. */
export const DateTime = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'A time in UTC, ISO 8601 with six digits of fraction, such as `2026-11-21T09:03:38.756067Z`. ' +
    'On input, a zone is honoured. No zone means UTC. A date alone means its first moment.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (stored) => isoTime(String(stored)),
  parseValue: (value) => timeOf(value) ?? refuseTime(value),
  parseLiteral: (node) => {
    const value = node.kind === Kind.STRING ? node.value : undefined;
    return timeOf(value) ?? refuseTime(value);
  },
});

/** Reads a time of GraphQL's input. RFC 3339 also allows `t` and `z` as small letters, which Glance's library refuses. */
function timeOf(value: unknown): string | undefined {
  const time = typeof value === 'string' ? storedTime(value.trim().toUpperCase()) : undefined;
  return time !== undefined && isStorable(time) ? time : undefined;
}

/** Returns true for a time that MySQL can store: not before the year 1000. */
export function isStorable(time: string): boolean {
  return time >= '1000';
}

/** Converts a stored time: `2026-11-21 09:03:38[.756067]` → `2026-11-21T09:03:38.756067Z` (contract C6.4, with a zone). */
export function isoTime(stored: string): string {
  return `${stored.slice(0, 10)}T${stored.slice(11, 19)}.${stored.slice(20, 26).padEnd(6, '0')}Z`;
}

/** Returns the stored form of the time that lies this number of seconds before a stored time. */
export function secondsBefore(stored: string, seconds: number): string {
  const moment = new Date(Date.parse(isoTime(stored)) - seconds * 1000);
  // The Date carries milliseconds only; the digits below them stay.
  const digits = stored.slice(23, 26).padEnd(3, '0');
  return `${moment.toISOString().slice(0, 23).replace('T', ' ')}${digits}`;
}

/**
 * Reads a time in one of the spellings of ISO 8601 that Glance's library accepts (contract C8.6, C11.4). Returns it as
 * the database writes it; undefined for other values. A date may lack its day, or month and day, and then means its
 * first moment. A clock may lack seconds, or minutes and seconds. Dashes and colons are optional. No zone means UTC.
 *
 * @param zones `ignored` reads the clock without regard to its zone
 */
export function storedTime(value: unknown, zones: 'honoured' | 'ignored' = 'honoured'): string | undefined {
  // Python's `$` also matches before a newline at the end.
  const match = typeof value === 'string' ? FORM.exec(value.replace(/\n$/, '')) : null;
  if (!match) return undefined;
  const [, year, month = '1', plainMonth = month, day = '1', plainDay = day] = match;
  const [hour = '0', minute = '0', second = '0', fraction = '', sign = '+', ahead = '0', beyond = '0'] =
    match.slice(6);
  const microseconds = microsecondsOf(fraction);
  const offset = (Number(ahead) * 60 + Number(beyond)) * (sign === '-' ? -1 : 1);
  const clock = momentOf([year, plainMonth, plainDay, hour, minute, second].map(Number));
  if (!clock || microseconds > 999_999 || Math.abs(offset) >= MINUTES_OF_A_DAY) return undefined;
  if (zones === 'honoured') clock.setUTCMinutes(clock.getUTCMinutes() - offset);
  if (clock.getUTCFullYear() < 1 || clock.getUTCFullYear() > 9999) return undefined;
  // The Date carries whole seconds only; the fraction passes beside it untouched.
  return `${clock.toISOString().slice(0, 19).replace('T', ' ')}.${String(microseconds).padStart(6, '0')}`;
}

const MONTH = '(?:-(\\d{1,2})|(\\d\\d)(?!$))';
const DAY = '(?:-(\\d{1,2})|(\\d\\d))';
const CLOCK = '[ T](\\d\\d)(?::?(\\d\\d))?(?::?(\\d{1,2})(?:[.,](\\d+))?)?';
const ZONE = '(?:Z|([-+])(\\d\\d):?(\\d\\d)?)';
const FORM = new RegExp(`^(\\d{4})(?:${MONTH}(?:${DAY}(?:${CLOCK}${ZONE}?)?)?)?$`);

const MINUTES_OF_A_DAY = 24 * 60;

/** Returns the moment in UTC; undefined where one of the parts is out of its range. */
function momentOf([year, month, ...rest]: number[]): Date | undefined {
  const [day, hour, minute, second] = rest;
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  moment.setUTCHours(hour, minute, second);
  // JavaScript reads 30 February as 2 March, and hour 24 as the next day, so the parts are compared.
  const isReal =
    moment.getUTCMonth() === month - 1 &&
    moment.getUTCDate() === day &&
    [moment.getUTCHours(), moment.getUTCMinutes(), moment.getUTCSeconds()].join() ===
      [hour, minute, second].join();
  return isReal && year > 0 ? moment : undefined;
}

/** Cuts further digits off, except after a row of nines: Python computes with 28 digits and rounds the next ones. */
function microsecondsOf(fraction: string): number {
  const whole = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const digits = 28 - (whole === 0 ? 0 : String(whole).length);
  return new RegExp(`^9{${digits}}[5-9]`).test(fraction.slice(6)) ? whole + 1 : whole;
}

function refuseTime(value: unknown): never {
  const shown = typeof value === 'string' ? `"${value.slice(0, 40)}"` : 'This value';
  throw new GraphQLError(`${shown} is not a time; expected ISO 8601 such as 2026-11-21T09:03:38.756067Z.`);
}
