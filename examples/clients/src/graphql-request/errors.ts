import { ClientError } from 'graphql-request';
import type { GatewayError } from '../errors';

/** Returns the first error of an answer, with its code; an error of the network has none. */
export function errorIn(error: Error): GatewayError {
  return (error instanceof ClientError && error.response.errors?.[0]) || error;
}
