import type { ApolloServerPlugin } from '@apollo/server';

/**
 * Sets the status of an answer to an operation that did not run, as "GraphQL over HTTP" requires: 400 for a client that
 * accepts `application/graphql-response+json`, and 200 for a client that accepts only `application/json`, since with that
 * type only the status tells that a GraphQL server has answered. A request that is not a GraphQL request gets 400.
 */
export const httpStatus: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if (response.http.status !== 400) return;
        const { body } = response;
        const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        if (errors.some(({ extensions }) => extensions?.code === 'BAD_REQUEST')) return;
        const accept = request.http?.headers.get('accept') ?? '';
        if (!accept.includes('application/graphql-response+json')) response.http.status = 200;
      },
    };
  },
};
