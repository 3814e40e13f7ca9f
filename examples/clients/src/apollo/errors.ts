import { CombinedGraphQLErrors } from '@apollo/client/errors';
import type { GatewayError } from '../errors';

/** Returns the first error of an answer, with its code; an error of the network has none. */
export function errorIn(error: Error): GatewayError {
  return CombinedGraphQLErrors.is(error) ? error.errors[0] : error;
}
