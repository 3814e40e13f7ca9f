/** Types for the parts of graphql-upload that the gateway uses; the package has types in comments only. */
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

  /** A response as graphql-upload uses it. graphql-upload removes temporary files when the response closes. */
  interface FormResponse {
    once(event: 'close', listener: () => void): void;
  }

  interface Limits {
    /** The highest number of bytes of `operations`, and of `map`. */
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

  /** A file of a form, in the temporary folder. */
  export interface FileUpload {
    createReadStream(options: { highWaterMark: number }): Readable;
    /** Writes the temporary file. */
    readonly capacitor: Writable;
  }

  /** A value of the scalar `Upload`. A resolver gets its promise. */
  export default class Upload<File = FileUpload> {
    readonly promise: Promise<File>;
    resolve(file: File): void;
    reject(reason: unknown): void;
  }
}
