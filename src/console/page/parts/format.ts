import { preferences } from '../preferences.js';
import { texts } from '../texts/texts.js';

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const whole = new Intl.NumberFormat(texts.language);
const threeFigures = new Intl.NumberFormat(texts.language, {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const relative = new Intl.RelativeTimeFormat(texts.language, { numeric: 'auto' });

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The age from which a time is shown as it is. */
const WEEK = 7 * DAY;

/** Returns a number of bytes in powers of 1024, with three figures from 1 KiB on. */
export function shownSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // 1023.9 would be shown as 1,020 with three figures.
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${(unit === 0 ? whole : threeFigures).format(value)} ${UNITS[unit]}`;
}

/** Returns a number of bytes in powers of 1024, with the exact number beside it. */
export function exactSize(bytes: number): string {
  return `${shownSize(bytes)} (${texts.bytes(bytes)})`;
}

/** Returns a time as `2026-11-28 09:03:38 +01:00`, in the zone that the user chose. */
export function shownTime(time: string, zone = preferences().zone): string {
  const date = new Date(time);
  const minutes = zone === 'utc' ? 0 : -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(rest)}`;
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${zone === 'utc' ? 'UTC' : offset}`;
}

/** Returns a time such as `3 hours ago`; a day for a time older than a week. */
export function shownAge(time: string, now = Date.now(), zone = preferences().zone): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000);
  const age = Math.abs(seconds);
  if (age > WEEK) return shownTime(time, zone).slice(0, 10);
  if (age < MINUTE) return relative.format(seconds, 'second');
  if (age < HOUR) return relative.format(Math.round(seconds / MINUTE), 'minute');
  if (age < DAY) return relative.format(Math.round(seconds / HOUR), 'hour');
  return relative.format(Math.round(seconds / DAY), 'day');
}

const UNIT_OF_TIME = { second: 1, minute: MINUTE, hour: HOUR } as const;

/** Returns a time to wait, `45 sec` or `1.5 hr`. */
export function shownDuration(seconds: number): string {
  const unit = seconds < MINUTE ? 'second' : seconds < HOUR ? 'minute' : 'hour';
  const style = { style: 'unit', unit, maximumFractionDigits: unit === 'hour' ? 1 : 0 } as const;
  return new Intl.NumberFormat(texts.language, style).format(seconds / UNIT_OF_TIME[unit]);
}

/** Returns the start of an id, which tells images with one name apart. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** Returns the time of a clock, `12:03:20`. */
export function shownClock(time: number): string {
  return shownTime(new Date(time).toISOString()).slice(11, 19);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
