import type { CombinedError } from 'urql';
import type { GatewayError } from '../errors';

/** Returns the first error of an answer, with its code; an error of the network has none. */
export function errorIn(error: CombinedError): GatewayError {
  return error.graphQLErrors[0] ?? error;
}
