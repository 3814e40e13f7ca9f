import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';

/**
 * Sets the status of an answer to an operation that did not run, as "GraphQL over HTTP" requires: 400 for a client that
 * accepts `application/graphql-response+json`, and 200 for a client that accepts only `application/json`, since with that
 * type only the status tells that a GraphQL server has answered. A request that is not a GraphQL request gets 400.
 *
 * An operation that ran has status 200, also if its fields failed. `Retry-After` then names the longest of the errors' waits.
 */
export const httpStatus: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        const { body } = response;
        const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        const wait = longestWait(errors);
        if (wait > 0) response.http.headers.set('retry-after', String(wait));
        if (response.http.status !== 400) return;
        if (errors.some(({ extensions }) => extensions?.code === 'BAD_REQUEST')) return;
        const accept = request.http?.headers.get('accept') ?? '';
        if (!accept.includes('application/graphql-response+json')) response.http.status = 200;
      },
    };
  },
};

function longestWait(errors: readonly GraphQLFormattedError[]): number {
  return Math.max(0, ...errors.map(({ extensions }) => Number(extensions?.retryAfter ?? 0)));
}
