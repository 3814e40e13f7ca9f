/** Multiples of a unit, the largest first. */
const MULTIPLES: Record<string, [factor: number, suffix: string][]> = {
  none: [[1, '']],
  short: [
    [1e6, ' Mil'],
    [1e3, ' K'],
    [1, ''],
  ],
  percentunit: [[0.01, '%']],
  s: [
    [60, ' min'],
    [1, ' s'],
    [1e-3, ' ms'],
    [1e-6, ' µs'],
  ],
  bytes: binary(''),
  binBps: binary('/s'),
  reqps: [[1, ' req/s']],
  ops: [[1, ' ops/s']],
};

/** Returns a value in its unit, as Grafana names it, with the multiple that suits the value or the axis. */
export function inUnit(value: number, unit: string, largest = value): string {
  const [factor, suffix] = multiple(unit, largest);
  return `${Number((value / factor).toPrecision(3))}${suffix}`;
}

/** Returns the lines of an axis from 0 on; the last one is not below the largest value. */
export function axisLines(largest: number, unit: string): number[] {
  const [factor] = multiple(unit, largest);
  const scaled = largest / factor || 1;
  const rough = scaled / LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((each) => each * power >= rough)!;
  const whole = unit === 'none' ? Math.max(1, step) : step;
  return Array.from({ length: Math.ceil(scaled / whole - 1e-9) + 1 }, (_, nth) => nth * whole * factor);
}

const LINES = 4;

function multiple(unit: string, value: number): [factor: number, suffix: string] {
  if (unit.startsWith('suffix:')) return [1, unit.slice('suffix:'.length)];
  const all = MULTIPLES[unit];
  if (!all) throw new Error(`expected one of the units ${Object.keys(MULTIPLES).join(', ')}, got ${unit}`);
  if (value === 0) return all.find(([factor]) => factor === 1) ?? all[0];
  return all.find(([factor]) => value >= factor) ?? all.at(-1)!;
}

function binary(suffix: string): [factor: number, suffix: string][] {
  return ['TiB', 'GiB', 'MiB', 'KiB', 'B'].map((name, nth) => [1024 ** (4 - nth), ` ${name}${suffix}`]);
}
