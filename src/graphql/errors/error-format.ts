import type { ValidationError } from 'class-validator';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { publicError } from '../../http/public-error.js';
import { ImageError } from '../../image/errors.js';
import type { Log } from '../../telemetry/log.js';
import { REQUEST_ERRORS } from './request-errors.js';

/**
 * An error as a GraphQL client sees it. Apollo's answers and those of the plan cache pass here alike.
 *
 * @param formatted the error as the specification writes it, before anything is hidden
 * @param thrown what was thrown, for the log and for its code
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  log: Log,
): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
  if (isAboutTheRequest(original, formatted)) return { ...formatted, message: shortened(formatted.message) };
  if (isAboutVariables(original) || isAboutArgument(original))
    return { ...formatted, message: shortened(formatted.message), extensions: { code: 'BAD_USER_INPUT' } };
  if (isClients(original)) return { ...formatted, extensions: { code: 'BAD_REQUEST' } };
  const error = original instanceof ArgumentValidationError ? badArgument(original) : original;
  const { code, message, details } = publicError(error, log);
  return {
    message: shortened(message),
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: { code, ...details },
  };
}

const LONGEST_MESSAGE = 1000;

function isAboutTheRequest(original: unknown, formatted: GraphQLFormattedError): boolean {
  if (original instanceof ArgumentValidationError || !(original instanceof GraphQLError)) return false;
  const code = String(formatted.extensions?.code);
  return code === 'BAD_USER_INPUT' || Object.hasOwn(REQUEST_ERRORS, code);
}

/** That there are too many faults in the variables is the one error of theirs to which Apollo gives no code. */
function isAboutVariables(original: unknown): boolean {
  return (
    original instanceof GraphQLError && original.message.startsWith('Too many errors processing variables')
  );
}

/**
 * A nullable variable with a default may stand where null is not allowed. GraphQL finds a null value of it only when
 * the field is resolved, and reports it without a code.
 */
function isAboutArgument(original: unknown): boolean {
  return (
    original instanceof GraphQLError && original.nodes !== undefined && /^Argument "/.test(original.message)
  );
}

/** Apollo refuses some requests with a status and without a code, for example a persisted query of another version. */
function isClients(original: unknown): boolean {
  if (!(original instanceof GraphQLError)) return false;
  // Errors of compiled queries have no extensions, whatever their type says.
  const { http } = (original.extensions as { http?: { status?: number } } | undefined) ?? {};
  const status = http?.status;
  return status !== undefined && status >= 400 && status < 500;
}

/** A message quotes input, which may be as long as a body. */
function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const half = LONGEST_MESSAGE / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

/** The first fault that class-validator found, named as the caller wrote it. */
function badArgument(error: ArgumentValidationError): ImageError {
  const [first] = faults(error.extensions.validationErrors as ValidationError[], 'input');
  const problem = first.constraints.join(', and ');
  return new ImageError('BAD_USER_INPUT', { field: first.field, problem, constraints: first.constraints });
}

function faults(
  errors: readonly ValidationError[],
  path: string,
): { field: string; constraints: string[] }[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = /^\d+$/.test(property) ? `${path}[${property}]` : `${path}.${property}`;
    const own = constraints ? [{ field, constraints: Object.values(constraints) }] : [];
    return [...own, ...faults(children ?? [], field)];
  });
}
