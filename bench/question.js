/** A GraphQL operation as a request. */
export function graphqlQuestion(body) {
  return { path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' }, body };
}
