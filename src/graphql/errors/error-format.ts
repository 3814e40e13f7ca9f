import type { ValidationError } from 'class-validator';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { publicError, type PublicError } from '../../http/public-error.js';
import { ImageError } from '../../image/errors.js';
import type { Log } from '../../telemetry/log.js';
import { REQUEST_ERRORS } from './request-errors.js';

/**
 * Returns an error with its `extensions.code`, as a client sees it. Apollo and the plan cache both use this function.
 *
 * @param formatted the error in the form of the specification, with nothing hidden yet
 * @param thrown the error that was thrown, for its code and for the log
 */
export function formatError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  log: Log,
): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
  if (isRequestError(original, formatted)) return { ...formatted, message: shortened(formatted.message) };
  if (isVariablesError(original) || isNullArgumentError(original))
    return { ...formatted, message: shortened(formatted.message), extensions: { code: 'BAD_USER_INPUT' } };
  if (isClientError(original)) return { ...formatted, extensions: { code: 'BAD_REQUEST' } };
  const error = original instanceof ArgumentValidationError ? inputError(original) : original;
  const { code, message, details } = shownError(error, log);
  return {
    message,
    ...(formatted.locations ? { locations: formatted.locations } : {}),
    ...(formatted.path ? { path: formatted.path } : {}),
    extensions: { code, ...details },
  };
}

/** Returns code, text and details of an error of the domain, as a client sees them. */
export function shownError(error: unknown, log: Log): Pick<PublicError, 'code' | 'message' | 'details'> {
  const { code, message, details } = publicError(error, log);
  return { code, message: shortened(message), details };
}

const LONGEST_MESSAGE = 1000;

function isRequestError(original: unknown, formatted: GraphQLFormattedError): boolean {
  if (original instanceof ArgumentValidationError || !(original instanceof GraphQLError)) return false;
  const code = String(formatted.extensions?.code);
  return code === 'BAD_USER_INPUT' || Object.hasOwn(REQUEST_ERRORS, code);
}

/** Returns true for the error for too many errors in the variables: the only error of variables without a code. */
function isVariablesError(original: unknown): boolean {
  return (
    original instanceof GraphQLError && original.message.startsWith('Too many errors processing variables')
  );
}

/**
 * Returns true for the error for null in an argument that must not be null. A nullable variable with a default may be used
 * there. GraphQL finds its null only when it resolves the field, and reports it without a code.
 */
function isNullArgumentError(original: unknown): boolean {
  return (
    original instanceof GraphQLError && original.nodes !== undefined && /^Argument "/.test(original.message)
  );
}

/** Returns true for Apollo's errors with a status and no code, for example for a persisted query of another version. */
function isClientError(original: unknown): boolean {
  if (!(original instanceof GraphQLError)) return false;
  // Errors of plans have no extensions, although their type has.
  const { http } = (original.extensions as { http?: { status?: number } } | undefined) ?? {};
  const status = http?.status;
  return status !== undefined && status >= 400 && status < 500;
}

/** Shortens a message, since it quotes input of any length. */
function shortened(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  const half = LONGEST_MESSAGE / 2;
  return `${message.slice(0, half)} … ${message.slice(-half)}`;
}

/** Returns our error for the first error of class-validator, with the path of the field in the arguments. */
function inputError(error: ArgumentValidationError): ImageError {
  const [first] = problems(error.extensions.validationErrors as ValidationError[], 'input');
  const problem = first.constraints.join(', and ');
  return new ImageError('BAD_USER_INPUT', { field: first.field, problem, constraints: first.constraints });
}

function problems(
  errors: readonly ValidationError[],
  path: string,
): { field: string; constraints: string[] }[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = /^\d+$/.test(property) ? `${path}[${property}]` : `${path}.${property}`;
    const own = constraints ? [{ field, constraints: Object.values(constraints) }] : [];
    return [...own, ...problems(children ?? [], field)];
  });
}
