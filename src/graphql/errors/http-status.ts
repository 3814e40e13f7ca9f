import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { GraphQLFormattedError } from 'graphql';

const MEDIA_TYPE = 'application/graphql-response+json';

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
        if (!accept.includes(MEDIA_TYPE)) response.http.status = 200;
      },
    };
  },
};

/**
 * Returns the type of an answer that refuses a request. Clients read the errors in an answer with a status such as 401 only if
 * the type says that a GraphQL server has answered.
 */
export function mediaType({ headers }: FastifyRequest): string {
  const isAccepted = headers.accept?.includes(MEDIA_TYPE) ?? false;
  return `${isAccepted ? MEDIA_TYPE : 'application/json'}; charset=utf-8`;
}

function longestWait(errors: readonly GraphQLFormattedError[]): number {
  return Math.max(0, ...errors.map(({ extensions }) => Number(extensions?.retryAfter ?? 0)));
}
