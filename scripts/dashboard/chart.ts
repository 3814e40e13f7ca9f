import type { Panel } from './panels.js';
import { axisLines, inUnit } from './units.js';

const FOOT = 20;
const HEAD = 6;

/** The mean width of a character, in pixels. */
export const CHARACTER = 7;

/** Returns the colour of a series, as the style sheet of the page names it. */
export function colourOf(nth: number): string {
  return `var(--series-${nth % COLOURS})`;
}

export const COLOURS = 10;

/** Draws the series of a panel over time, as SVG. */
export function chart(
  { series, unit, isStacked, fillOpacity }: Panel,
  times: number[],
  { width, height }: { width: number; height: number },
): string {
  const bands = isStacked
    ? stacked(series.map(({ values }) => values))
    : series.map(({ values }) => fromZero(values));
  const largest = Math.max(0, ...bands.flatMap((band) => band.map((each) => each?.to ?? 0)));
  const lines = axisLines(largest, unit);
  const top = lines.at(-1)!;
  const label = (value: number) => inUnit(value, unit, top);
  const left = 11 + CHARACTER * Math.max(...lines.map((line) => label(line).length));
  const x = (nth: number) => round(left + ((width - left - 4) * nth) / (times.length - 1));
  const y = (value: number) => round(height - FOOT - ((height - FOOT - HEAD) * value) / top);

  const grid = lines.map(
    (line) =>
      `<line class="grid" x1="${left}" x2="${width}" y1="${y(line)}" y2="${y(line)}"/>` +
      `<text x="${left - 6}" y="${y(line) + 4}" text-anchor="end">${label(line)}</text>`,
  );
  const clock = times.flatMap((time, nth) =>
    time % 30 === 0 && x(nth) > left + 20 && x(nth) < width - 26
      ? `<text x="${x(nth)}" y="${height - 4}" text-anchor="middle">${new Date(time * 1000).toISOString().slice(11, 19)}</text>`
      : [],
  );
  const drawn = bands.map((band, nth) => {
    const colour = colourOf(nth);
    return runs(band)
      .map((run) => {
        const upper = run.map(({ nth, to }) => `${x(nth)},${y(to)}`);
        const lower = run.map(({ nth, from }) => `${x(nth)},${y(from)}`).reverse();
        return (
          `<polygon points="${[...upper, ...lower].join(' ')}" fill="${colour}" fill-opacity="${fillOpacity / 100}"/>` +
          `<polyline points="${upper.join(' ')}" stroke="${colour}"/>`
        );
      })
      .join('');
  });
  return `<svg width="${width}" height="${height}">${[...grid, ...clock, ...drawn].join('')}</svg>`;
}

/** Draws the course of one series without axes, behind the number of a panel. */
export function sparkline(values: (number | null)[], width: number, height: number): string {
  const known = values.map((value) => value ?? 0);
  const top = Math.max(...known) * 1.1 || 1;
  const line = known.map(
    (value, nth) => `${round((width * nth) / (known.length - 1))},${round(height * (1 - value / top))}`,
  );
  return (
    `<svg width="${width}" height="${height}"><polygon class="area" points="0,${height} ${line.join(' ')} ${width},${height}"/>` +
    `<polyline class="spark" points="${line.join(' ')}"/></svg>`
  );
}

/** The part of the axis between a series and what lies below it, at one time; null where there is nothing to draw. */
type Band = ({ from: number; to: number } | null)[];

function fromZero(values: (number | null)[]): Band {
  return values.map((value) => (value === null ? null : { from: 0, to: value }));
}

function stacked(all: (number | null)[][]): Band[] {
  const below = (all[0] ?? []).map(() => 0);
  return all.map((values) =>
    values.map((value, nth) => (value ? { from: below[nth], to: (below[nth] += value) } : null)),
  );
}

/** Returns the parts of a band without gaps. */
function runs(band: Band): { nth: number; from: number; to: number }[][] {
  const found: { nth: number; from: number; to: number }[][] = [[]];
  for (const [nth, each] of band.entries()) {
    if (each) found.at(-1)!.push({ nth, ...each });
    else if (found.at(-1)!.length > 0) found.push([]);
  }
  return found;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
