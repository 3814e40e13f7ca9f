import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { workContext } from '../network/work-context.js';
import { withSourcePlaces } from './source-places.js';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/**
 * Returns a log of JSON lines. It removes secrets from every line: request headers, and the URLs and SQL values that
 * libraries attach to their errors.
 */
function createLog(level: string, to: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      // pino adds the fields of the line to this object.
      mixin: () => ({ ...workContext()?.logFields }),
    },
    to,
  );
}

/** Returns a log in the configured form, by default on standard output. */
export async function configuredLog(
  { logLevel, logFormat }: LogOptions,
  to: LogTarget = standardOutput(),
): Promise<Logger> {
  const { isTTY = false } = to;
  if ((logFormat ?? (isTTY ? 'pretty' : 'json')) === 'json') return createLog(logLevel, to);
  const { prettyLines } = await import('./pretty-line.js');
  const pretty = prettyLines(isTTY);
  return createLog(logLevel, { write: (line) => to.write(pretty(line)) });
}

export interface LogOptions {
  logLevel: string;
  /** Unset: `pretty` on a terminal, else `json`. */
  logFormat?: 'json' | 'pretty';
}

/** The place where the lines of a log go. */
export interface LogTarget extends DestinationStream {
  /** True for a terminal. */
  isTTY?: boolean;
}

/**
 * Returns the standard output for a log. It collects lines, and writes them five times a second, when there are many, and at
 * the end of the process.
 */
function standardOutput(): LogTarget {
  const stream = destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 200 });
  return Object.assign(stream, { isTTY: process.stdout.isTTY });
}

/** Returns the name, message, code, stack and cause of an error, without its other properties. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: withoutCredentials(message),
    code: (error as { code?: unknown }).code,
    stack: withoutCredentials(withSourcePlaces(stack ?? '')),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** Returns the path of a request for a line of the log. The query may hold a secret. */
export function loggedPath(url: string): string {
  return url.split('?', 1)[0].slice(0, 200);
}

/** Removes user and password from URLs. */
function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@');
}
