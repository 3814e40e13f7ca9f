interface RequestError {
  /** The status for a client that accepts `application/graphql-response+json`. */
  status: number;
  /** The cause, for the reference page. */
  when: string;
}

/**
 * The errors of Apollo and GraphQL for a request that does not run. Their messages show nothing of the gateway's inside.
 * `docs/reference/errors.md` lists them with our own codes.
 */
export const REQUEST_ERRORS: Readonly<Record<string, RequestError>> = {
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    when: 'The text of the operation is not GraphQL, or has too many tokens.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    when: 'The operation does not fit the schema: for example, it asks for a field that a type does not have.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    when: 'The document has several operations and `operationName` names none of them.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    when: 'The request has only the hash of a query, and the gateway does not know this hash. Send the hash and the query once. Clients with automatic persisted queries do this themselves.',
  },
  BAD_REQUEST: {
    status: 400,
    when: 'The request is not a GraphQL request: it has no `query`, or is a list of operations, or its variables are not an object, or it is a mutation by GET (405). Or the header `Apollo-Require-Preflight` is missing: a form needs it, and a query by GET that another site may have caused.',
  },
};
