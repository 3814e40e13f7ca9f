/** What of graphql-upload is used here; it ships types in comments only. */
declare module 'graphql-upload/processRequest.mjs' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Limits {
    /** Bytes of `operations` and of `map`. */
    maxFieldSize: number;
    maxFileSize: number;
    maxFiles: number;
  }

  export default function processRequest(
    request: IncomingMessage,
    response: ServerResponse,
    limits: Limits,
  ): Promise<unknown>;
}

declare module 'graphql-upload/GraphQLUpload.mjs' {
  import type { GraphQLScalarType } from 'graphql';

  const GraphQLUpload: GraphQLScalarType;
  export default GraphQLUpload;
}

declare module 'graphql-upload/Upload.mjs' {
  export default class Upload {}
}
