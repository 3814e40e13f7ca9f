interface RequestError {
  /** The status where the client takes `application/graphql-response+json`. */
  status: number;
  /** When it happens, for the reference page. */
  when: string;
}

/**
 * What Apollo and GraphQL itself find wrong with a request before anything runs; their messages say what it is, and
 * tell nothing of our inside. `docs/reference/errors.md` has them beside our own codes.
 */
export const REQUEST_ERRORS: Readonly<Record<string, RequestError>> = {
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    when: 'The text of the operation is no GraphQL, or has too many tokens.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    when: 'The operation does not fit the schema, such as by a field that a type does not have.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    when: 'The document has several operations and `operationName` names none of them.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    when: 'A query was sent by its hash alone, which this gateway does not know; send hash and query once. Clients with automatic persisted queries do so by themselves.',
  },
  BAD_REQUEST: {
    status: 400,
    when: 'The request is no GraphQL request: no `query`, a list of operations, variables that are no object, a mutation by GET (405), a query by GET or a form of another content type without the header `Apollo-Require-Preflight`.',
  },
};
