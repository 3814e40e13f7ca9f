import { eventually } from './poll.js';

type Labels = Record<string, string>;

/** One line of the metrics. */
interface Sample {
  name: string;
  labels: Labels;
  value: number;
}

/** The metrics of a gateway at one time. */
export interface Samples {
  readonly all: readonly Sample[];
  /** Returns the sum of the samples with this name and at least these labels; undefined when there is none. */
  sum(name: string, labels?: Labels): number | undefined;
  /** Keeps a failed wait from showing thousands of samples. */
  toJSON(): string;
}

/** Returns the URL of the metrics, as the log of a gateway with METRICS_PORT tells it. */
export async function metricsUrl({ log }: { log: Record<string, unknown>[] }): Promise<string> {
  const told = () => log.flatMap(({ msg }) => /^metrics at (\S+)$/.exec(String(msg))?.[1] ?? []);
  return (await eventually(told, (urls) => urls.length > 0))[0];
}

/** Reads the metrics of a gateway with METRICS_PORT. */
export async function metricsOf(gateway: { log: Record<string, unknown>[] }): Promise<Samples> {
  const answer = await fetch(await metricsUrl(gateway));
  return samplesIn(await answer.text());
}

/** Reads the text format of Prometheus. */
export function samplesIn(text: string): Samples {
  const all = text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
    return [{ name, labels: Object.fromEntries(pairs) as Labels, value: Number(value) }];
  });
  return {
    all,
    toJSON: () => `${all.length} samples`,
    sum(name, wanted = {}) {
      const found = all.filter(
        (each) =>
          each.name === `glance_graphql_${name}` &&
          Object.entries(wanted).every(([label, value]) => each.labels[label] === value),
      );
      return found.length === 0 ? undefined : found.reduce((total, { value }) => total + value, 0);
    },
  };
}
