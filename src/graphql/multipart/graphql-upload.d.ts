/** The parts of graphql-upload that are used here; it ships types in comments only. */
declare module 'graphql-upload/processRequest.mjs' {
  import type { IncomingHttpHeaders } from 'node:http';
  import type { Writable } from 'node:stream';

  /** A request as graphql-upload uses it. */
  interface FormRequest {
    readonly headers: IncomingHttpHeaders;
    readonly readableEnded: boolean;
    /** Sends the body to the parser of the form. */
    pipe(parser: Writable): void;
    unpipe(parser: Writable): void;
    resume(): void;
    once(event: 'close', listener: () => void): void;
  }

  /** A response as graphql-upload uses it: temporary files go when it closes. */
  interface FormResponse {
    once(event: 'close', listener: () => void): void;
  }

  interface Limits {
    /** Bytes of `operations` and of `map`. */
    maxFieldSize: number;
    maxFileSize: number;
    maxFiles: number;
  }

  export default function processRequest(
    request: FormRequest,
    response: FormResponse,
    limits: Limits,
  ): Promise<unknown>;
}

declare module 'graphql-upload/GraphQLUpload.mjs' {
  import type { GraphQLScalarType } from 'graphql';

  const GraphQLUpload: GraphQLScalarType;
  export default GraphQLUpload;
}

declare module 'graphql-upload/Upload.mjs' {
  import type { Readable, Writable } from 'node:stream';

  /** A file of a form, kept in the temporary folder while it comes. */
  export interface FileUpload {
    createReadStream(options: { highWaterMark: number }): Readable;
    /** Writes the temporary file. */
    readonly capacitor: Writable;
  }

  /** The value that the scalar `Upload` takes. Its promise is what a resolver gets. */
  export default class Upload<File = FileUpload> {
    readonly promise: Promise<File>;
    resolve(file: File): void;
    reject(reason: unknown): void;
  }
}
