import type { ApolloServerPlugin } from '@apollo/server';

/**
 * The status of an answer to an operation that never came to run, by "GraphQL over HTTP": 400 where the client
 * takes `application/graphql-response+json`, and 200 where it only knows `application/json`, since nothing
 * else tells there that the body is GraphQL's. A request that is no GraphQL request at all is 400 for both.
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
