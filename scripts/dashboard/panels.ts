import { readFileSync } from 'node:fs';
import type { Prometheus, Range } from '../../test/support/prometheus.js';

const FILE = new URL('../../deploy/grafana/dashboard.json', import.meta.url);

/** A panel as the dashboard describes it. */
interface PanelOfGrafana {
  type: 'row' | 'stat' | 'timeseries';
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: {
    defaults: { unit: string; custom: { fillOpacity?: number; stacking?: { mode: string } } };
  };
  targets?: { expr: string; legendFormat: string }[];
}

export interface Panel {
  type: PanelOfGrafana['type'];
  title: string;
  description: string;
  place: PanelOfGrafana['gridPos'];
  unit: string;
  isStacked: boolean;
  /** In percent. */
  fillOpacity: number;
  series: Series[];
}

export interface Series {
  name: string;
  /** One for each time; null where Prometheus has no value. */
  values: (number | null)[];
}

/** Returns the times, in seconds, that a range has results for. */
export function timesOf({ start, end, step }: Range): number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, nth) => start + nth * step);
}

/** Reads the results for every panel of the dashboard. */
export async function readPanels(prometheus: Prometheus, range: Range): Promise<Panel[]> {
  const { panels } = JSON.parse(readFileSync(FILE, 'utf8')) as { panels: PanelOfGrafana[] };
  return Promise.all(panels.map((panel) => readPanel(panel, prometheus, range)));
}

async function readPanel(panel: PanelOfGrafana, prometheus: Prometheus, range: Range): Promise<Panel> {
  const { type, title, description = '', gridPos, targets = [] } = panel;
  const { unit, custom } = panel.fieldConfig?.defaults ?? { unit: 'none', custom: {} };
  const series = await Promise.all(targets.map((target) => readSeries(target, prometheus, range)));
  return {
    type,
    title,
    description,
    place: gridPos,
    unit,
    isStacked: custom.stacking?.mode === 'normal',
    fillOpacity: custom.fillOpacity ?? 0,
    series: series.flat(),
  };
}

async function readSeries(
  { expr, legendFormat }: { expr: string; legendFormat: string },
  prometheus: Prometheus,
  range: Range,
): Promise<Series[]> {
  const expression = expr
    .replaceAll('$instance', '.*')
    .replaceAll('$__rate_interval', '15s')
    .replaceAll('$__range', `${range.end - range.start}s`);
  const results = await prometheus.queryRange(expression, range);
  const times = timesOf(range);
  return results.map(({ metric, values }) => {
    const found = new Map(values.map(([time, value]) => [time, Number(value)]));
    return {
      name: legendFormat.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '').trim(),
      values: times.map((time) => {
        const value = found.get(time);
        return value !== undefined && Number.isFinite(value) ? value : null;
      }),
    };
  });
}
