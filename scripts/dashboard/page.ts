import { CHARACTER, chart, colourOf, COLOURS, sparkline } from './chart.js';
import type { Panel } from './panels.js';
import { inUnit } from './units.js';

export const WIDTH = 1400;
const COLUMNS = 24;
const ROW = 26;
const GAP = 8;
const PADDING = 12;
/** The height of a panel without its chart and its legend. */
const TITLE = 68;
const LINE = 17;
const MARK = 17;
const LEGEND_GAP = 12;

const LIGHT = [
  '#2f6fd0',
  '#d9690b',
  '#0f8f87',
  '#b8358a',
  '#4c9a2a',
  '#7750c8',
  '#b48500',
  '#cf3a3a',
  '#5b7083',
  '#8a5a3c',
];
const DARK = [
  '#6ea6ff',
  '#ff9d4d',
  '#3fd0c4',
  '#ee7fc4',
  '#86d15e',
  '#b195ff',
  '#e8bf3d',
  '#ff7b78',
  '#9fb3c4',
  '#cf9a76',
];

/** Returns a page with all panels of the dashboard. */
export function page(panels: Panel[], times: number[]): string {
  const [from, to] = [times[0], times.at(-1)!].map(clock);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><style>${STYLE}</style><body>
<header><b>glance-graphql</b><span>Gateway <i>All</i></span><span class="end">${from} to ${to.slice(11)} UTC</span></header>
<main>${panels.map((panel) => shown(panel, times)).join('\n')}</main></body></html>`;
}

function shown(panel: Panel, times: number[]): string {
  const { x, y, w, h } = panel.place;
  const place = `grid-column: ${x + 1} / span ${w}; grid-row: ${y + 1} / span ${h}`;
  if (panel.type === 'row') return `<h2 style="${place}">${escaped(panel.title)}</h2>`;
  const title = `<h3>${escaped(panel.title)}</h3>`;
  const inside = panel.type === 'stat' ? stat(panel) : graph(panel, times);
  return `<section class="${panel.type}" style="${place}">${title}${inside}</section>`;
}

function stat({ series: [only], unit, place }: Panel): string {
  const last = only?.values.findLast((value) => value !== null);
  if (last === undefined || last === null) return '<p class="empty">No data</p>';
  return `<p class="number">${inUnit(last, unit)}</p>${sparkline(only.values, innerWidth(place.w) + 24, 34)}`;
}

function graph(panel: Panel, times: number[]): string {
  const description = `<p>${escaped(panel.description)}</p>`;
  if (panel.series.length === 0) return `${description}<p class="empty">No data</p>`;
  const names = panel.series.map(({ name }) => name);
  const width = innerWidth(panel.place.w);
  const lines = linesOf(names, width);
  const height = panel.place.h * (ROW + GAP) - GAP - TITLE - lines * LINE;
  const legend = names.map((name, nth) => `<li style="--colour: ${colourOf(nth)}">${escaped(name)}</li>`);
  return `${description}${chart(panel, times, { width, height })}<ul>${legend.join('')}</ul>`;
}

/** Returns how many lines a legend takes, by the mean width of its characters. */
function linesOf(names: string[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const needed = MARK + name.length * CHARACTER;
    if (used > 0 && used + needed > width) {
      lines += 1;
      used = 0;
    }
    used += needed + LEGEND_GAP;
  }
  return lines;
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function innerWidth(columns: number): number {
  const column = (WIDTH - 2 * PADDING - (COLUMNS - 1) * GAP) / COLUMNS;
  return Math.floor(columns * column + (columns - 1) * GAP) - 2 * PADDING - 2;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function colours(all: string[]): string {
  return all
    .slice(0, COLOURS)
    .map((colour, nth) => `--series-${nth}: ${colour};`)
    .join(' ');
}

const STYLE = `
:root { --back: #f4f5f5; --panel: #fff; --line: #dcdee2; --grid: #e8eaed; --text: #24292e; --faint: #5c6570; ${colours(LIGHT)} }
@media (prefers-color-scheme: dark) {
  :root { --back: #111217; --panel: #181b1f; --line: #2c3037; --grid: #2a2e34; --text: #d8dce2; --faint: #98a1ad; ${colours(DARK)} }
}
* { margin: 0; padding: 0; box-sizing: border-box; }
body { width: ${WIDTH}px; background: var(--back); color: var(--text); font: 13px/1.35 'Liberation Sans', Arial, 'DejaVu Sans', sans-serif; }
header { display: flex; gap: 24px; align-items: baseline; padding: 12px ${PADDING + 4}px 0; font-size: 15px; }
header b { font-size: 18px; } header i { font-style: normal; color: var(--series-0); } .end { margin-left: auto; color: var(--faint); }
main { display: grid; grid-template-columns: repeat(${COLUMNS}, 1fr); grid-auto-rows: ${ROW}px; gap: ${GAP}px; padding: ${PADDING}px; }
h2 { font-size: 16px; align-self: end; padding-left: 4px; }
h3 { font-size: 14px; }
section { position: relative; overflow: hidden; padding: 8px ${PADDING}px; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; }
section > p { color: var(--faint); font-size: 12px; }
section > .number { color: var(--series-0); font-size: 30px; font-weight: bold; text-align: center; }
section > .empty { padding-top: 24px; font-size: 15px; text-align: center; }
.stat svg { position: absolute; left: 0; bottom: 0; }
.timeseries svg { display: block; margin-top: 6px; }
text { fill: var(--faint); font-size: 12px; }
.grid { stroke: var(--grid); }
polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.spark { stroke: var(--series-0); } .area { fill: var(--series-0); fill-opacity: 0.15; }
ul { display: flex; flex-wrap: wrap; gap: 0 ${LEGEND_GAP}px; line-height: ${LINE}px; margin-top: 4px; list-style: none; font-size: 12px; }
li::before { content: ''; display: inline-block; width: 12px; height: 3px; margin: 0 5px 3px 0; border-radius: 1px; background: var(--colour); }
`;
