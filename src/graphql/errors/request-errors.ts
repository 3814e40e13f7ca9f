interface RequestError {
  /** The status where the client takes `application/graphql-response+json`. */
  status: number;
  /** The cause, for the reference page. */
  when: string;
}

/**
 * Errors that Apollo and GraphQL itself find in a request before anything runs. Their messages name the fault and
 * show nothing of the gateway's inside. `docs/reference/errors.md` lists them beside our own codes.
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
    when: 'The request has only the hash of a query, and the gateway does not know it; send hash and query once. Clients with automatic persisted queries do so by themselves.',
  },
  BAD_REQUEST: {
    status: 400,
    when: 'The request is not a GraphQL request: no `query`, a list of operations, variables that are not an object, a mutation by GET (405), or, without the header `Apollo-Require-Preflight`, a query by GET that another site may have caused, or a form of another content type.',
  },
};
