import type { Config } from '../config/config.js';
import type { Traces } from '../telemetry/traces/traces.js';
import { version } from './version.js';

/** Loads the code of traces only for a gateway that makes some. */
export async function configuredTraces(config: Config, system: () => string): Promise<Traces | undefined> {
  const {
    otelExporterOtlpEndpoint: endpoint,
    otelServiceName: service,
    otelBspScheduleDelay: delay,
  } = config;
  if (endpoint === undefined) return undefined;
  const { gatewayTraces } = await import('../telemetry/traces/traces.js');
  const headers = headersIn(config.otelExporterOtlpHeaders ?? '');
  const share = Number(config.otelTracesSamplerArg);
  return gatewayTraces({ endpoint, headers, service, share, delay }, version(), system);
}

function headersIn(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.trim().split(/\s*=\s*(.*)/s));
  return Object.fromEntries(
    pairs.filter(([name]) => name !== '').map(([name, value = '']) => [name, decoded(value)]),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
