/** One kind of error: its message for the caller, and its HTTP status. */
interface ErrorKind {
  status: number;
  /** `{name}` stands for a parameter. */
  message: string;
  /** The case in which it happens, for the reference page. */
  when: string;
}

/**
 * The table of all errors. GraphQL shows the code as `extensions.code`, the data face as `code` of its JSON body.
 * `npm run generate` makes `docs/reference/errors.md` from this table.
 */
export const ERRORS = {
  BAD_USER_INPUT: {
    status: 400,
    message: '{field}: {problem}.',
    when: 'An argument, header or field has a wrong value. `field` names it, and `constraints` say why.',
  },
  DOCUMENT_UNKNOWN: {
    status: 400,
    message: 'This gateway runs only the documents that it knows; name one of them by its id.',
    when: 'PERSISTED_DOCUMENTS is set, and the request has no id of a document in it. Deploy the manifest of the client first, then the client.',
  },
  INVALID_CURSOR: {
    status: 400,
    message: '{field}: this cursor does not belong to this list, search and sort order.',
    when: 'A cursor was made up, cut short, or comes from a list with another sort order or search.',
  },
  CHANGES_EXPIRED: {
    status: 410,
    message: 'The changes are not all known any more; read the list again, and subscribe without a cursor.',
    when: 'A subscription goes on after more than a week, or after more than 10,000 changed images; or the policy, the protection of properties or the roles of the caller have changed. Beside a live Glance it also comes to callers who are not administrators after they reach another gateway, or the same one after nobody has listened.',
  },
  SUBSCRIBER_TOO_SLOW: {
    status: 503,
    message: 'The subscriber has more than {most} changes to read; subscribe again with the last cursor.',
    when: 'A subscriber reads its events more slowly than they come. The connection is closed, a WebSocket with code 1013.',
  },
  TOO_MANY_SUBSCRIPTIONS: {
    status: 429,
    message: '{who} already has {maximum} subscriptions or connections for them; end one first.',
    when: 'A caller has as many subscriptions as CALLER_SUBSCRIPTION_LIMIT allows, or the gateway as many as SUBSCRIPTION_LIMIT.',
  },
  SUBSCRIPTION_TRANSPORT: {
    status: 400,
    message:
      'Send a subscription over a WebSocket (graphql-transport-ws) or with Accept: text/event-stream; send other operations as plain requests.',
    when: 'A subscription comes as a plain request, or a query or mutation over a transport for subscriptions.',
  },
  LINK_INVALID: {
    status: 403,
    message: 'This link was not made by the gateway, or not for this image.',
    when: 'A download link was changed, or signed with another SIGNING_KEY.',
  },
  LINK_EXPIRED: {
    status: 403,
    message: 'This link has expired; ask for a new downloadUrl.',
    when: 'A download link is older than its lifetime.',
  },
  UNAUTHENTICATED: {
    status: 401,
    message: '{reason}',
    when: 'The request has no valid identity of its caller.',
  },
  IDENTITY_UNAVAILABLE: {
    status: 503,
    message: 'Who is calling cannot be found out just now; try again.',
    when: 'Keystone, or the OIDC provider, cannot be reached, is too slow, or sends an invalid answer. Callers whose identity is still remembered go on.',
  },
  LOGIN_FAILED: {
    status: 401,
    message:
      'The login failed: a name, the password, the secret or the code is wrong, or the account is disabled or locked.',
    when: 'Keystone refuses a login of the console. It does not tell which part is wrong. Or the OIDC provider refuses it, or its user ends it there.',
  },
  PASSCODE_REQUIRED: {
    status: 401,
    message: 'The password is right; the account also needs a code. Send it as passcode within 5 minutes.',
    when: 'The account of a login of the console has a second factor.',
  },
  PASSWORD_EXPIRED: {
    status: 401,
    message: 'The password is right but has expired; change it in Keystone.',
    when: 'Keystone refuses a login of the console for this reason.',
  },
  NO_PROJECT: {
    status: 403,
    message:
      'The account has no project, and images belong to projects. Ask an administrator for a role in one.',
    when: 'The user of a login of the console has no role in any project.',
  },
  PROJECT_REFUSED: {
    status: 403,
    message: 'The account has no role in this project, or there is no such project.',
    when: 'A login of the console, or a change of its project, names a project that the user cannot have.',
  },
  LOGIN_NOT_ACCEPTED: {
    status: 403,
    message: 'The login succeeded, but the gateway does not accept it: {reason}',
    when: 'The token of a login of the console does not pass the checks of a token in a header, or the account needs a factor other than a code. The log names the reason too.',
  },
  LOGIN_EXPIRED: {
    status: 400,
    message: 'This login has ended or was not begun in this browser; begin it again.',
    when: 'A code comes without its receipt, or a browser comes back from the OIDC provider without the cookie of this login.',
  },
  LOGIN_TOO_LARGE: {
    status: 413,
    message:
      'The login succeeded, but its token is too large for the cookies of a browser ({bytes} bytes; at most {maximum} fit). Ask the operator for smaller tokens.',
    when: 'The token of a login of the console, encrypted, has more than 12 KiB.',
  },
  LOGIN_NEEDS_TLS: {
    status: 403,
    message: 'A login needs https; plain http is for this machine only.',
    when: 'A page that was loaded by plain http from another machine tries to log in.',
  },
  LOGIN_ADDRESS_UNKNOWN: {
    status: 403,
    message:
      'The gateway does not know the address at which browsers reach it; its operator must set PUBLIC_ENDPOINT.',
    when: 'A login at an OIDC provider begins, PUBLIC_ENDPOINT is unset, and the request does not name a loopback host.',
  },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    message: 'Too many logins have failed; try again in {retryAfter} seconds.',
    when: 'Ten logins of the console failed within a minute from one address, or five for one user.',
  },
  OWN_PAGE_ONLY: {
    status: 403,
    message: "Only the gateway's own page may do this.",
    when: 'A request for a session of the console does not come from a page of the gateway itself, as the browser tells by Sec-Fetch-Site or Origin.',
  },
  READ_ONLY: {
    status: 403,
    message: 'Read-only access.',
    when: 'An anonymous caller tries to change something.',
  },
  FORBIDDEN: {
    status: 403,
    message: 'The policy rule {rule} does not allow this.',
    when: 'The policy refuses the operation to this caller.',
  },
  NOT_OWNER: {
    status: 403,
    message: 'Image {id} belongs to somebody else.',
    when: 'The image is public, and only its owner or an administrator may change it.',
  },
  FOREIGN_ORIGIN: {
    status: 403,
    message: 'A web page on another origin may not do this; its origin is not in CORS_ORIGINS.',
    when: 'A browser sends a changing request on behalf of a page of another site.',
  },
  HOST_NOT_ALLOWED: {
    status: 403,
    message: 'The host name of this request is not one of the gateway; see ALLOWED_HOSTS.',
    when: 'Under AUTH=none the Host header, or the target of the request, names neither this machine nor a configured host.',
  },
  PEER_NOT_ALLOWED: {
    status: 403,
    message: 'The registry does not serve this peer; see REGISTRY_PEERS.',
    when: 'A request reaches the port of the registry from an address that is not in REGISTRY_PEERS.',
  },
  IMAGE_NOT_FOUND: {
    status: 404,
    message: 'Image {id} not found.',
    when: 'The image does not exist, or the caller may not see it.',
  },
  IMAGE_PROTECTED: {
    status: 403,
    message: 'Image {id} is protected; set protected to false before deleting it.',
    when: 'A caller tries to delete a protected image.',
  },
  IMAGE_PENDING_DELETE: {
    status: 403,
    message: 'Image {id} is already waiting for its deletion.',
    when: 'A caller tries to delete an image in status pending_delete.',
  },
  IMAGE_DELETED: {
    status: 403,
    message: 'Image {id} is deleted.',
    when: 'An administrator tries to change a deleted image.',
  },
  IMAGE_CHANGED: {
    status: 409,
    message: 'Image {id} has changed since this revision; nothing was changed. Read it again.',
    when: 'updateImage is given an expectedRevision, and the image has another revision.',
  },
  IMAGE_FIELD_IMMUTABLE: {
    status: 403,
    message: 'The {field} of image {id} cannot be changed.',
    when: 'Version 1 only: a request names another id or status than the image has, or another size or checksum than its data has.',
  },
  IMAGE_ID_TAKEN: {
    status: 409,
    message: 'An image with id {id} exists or existed; ids are never free again.',
    when: 'createImage is given an id that has been used before.',
  },
  IMAGE_NOT_QUEUED: {
    status: 409,
    message: 'Image {id} is {imageStatus}; data can be sent to a queued image only.',
    when: 'Data is sent to an image that has data, is receiving data, or has failed.',
  },
  IMAGE_NOT_IN_STATUS: {
    status: 409,
    message: 'Image {id} is {imageStatus}, not {wanted}; nothing was changed.',
    when: 'The image has the wrong status for the change: only active images can be deactivated, and only deactivated ones reactivated. In the registry: the image is not in `from_state`.',
  },
  IMAGE_NOT_ACTIVE: {
    status: 404,
    message: 'Image {id} is {imageStatus}; it has no data to give.',
    when: 'A caller requests the data of an image that has none yet.',
  },
  IMAGE_DEACTIVATED: {
    status: 403,
    message: 'Image {id} is deactivated.',
    when: 'A caller requests the data of an image that an administrator deactivated.',
  },
  IMAGE_GONE: {
    status: 412,
    message: 'Image {id} was deleted, or given up, while its data was arriving.',
    when: 'The image was deleted during the upload; the data is removed.',
  },
  FORMATS_REQUIRED: {
    status: 400,
    message: '{field}: must be set before data is sent.',
    when: 'Data is sent to an image without diskFormat or containerFormat; nothing is stored.',
  },
  FORMATS_DIFFER: {
    status: 400,
    message: '{field}: must equal diskFormat when either is one of aki, ari, ami.',
    when: 'One of the Amazon formats is mixed with another format.',
  },
  SIZE_MISMATCH: {
    status: 400,
    message: 'The declared size is {declared} bytes, the data has {actual}.',
    when: 'The data is longer or shorter than declared.',
  },
  CHECKSUM_MISMATCH: {
    status: 400,
    message: 'The declared {algorithm} is {declared}, the data has {actual}.',
    when: 'The data has another digest than declared.',
  },
  IMAGE_FORMAT_MISMATCH: {
    status: 415,
    message: '{field}: is {declared}, and the data is {detected}.',
    when: 'The data has another format than the image declares, and IMAGE_FORMAT_CHECK is strict.',
  },
  IMAGE_FORMAT_UNSAFE: {
    status: 415,
    message: 'The data is {detected}, and {danger}.',
    when: 'The data names other files, is damaged, or has two formats at once, and IMAGE_FORMAT_CHECK is strict.',
  },
  IMAGE_FORMAT_REFUSED: {
    status: 415,
    message: 'The data is {detected}, which this gateway does not store.',
    when: 'The data has a format that is not in IMAGE_FORMAT_ALLOW.',
  },
  IMAGE_TOO_LARGE: {
    status: 413,
    message: 'An image may have at most {cap} bytes.',
    when: 'The data, or its declared size, is over IMAGE_SIZE_CAP.',
  },
  STORAGE_QUOTA_EXCEEDED: {
    status: 413,
    message: 'The data does not fit: {remaining} bytes remain of the storage quota.',
    when: 'The images of one owner would hold more than USER_STORAGE_QUOTA.',
  },
  IMAGE_QUOTA_EXCEEDED: {
    status: 413,
    message: '{attempted} images are too many; their owner may have {maximum}.',
    when: 'An owner would have more than IMAGE_COUNT_QUOTA images.',
  },
  UPLOAD_QUOTA_EXCEEDED: {
    status: 413,
    message: 'The owner of the image has {maximum} uploads under way already, and may have no more.',
    when: 'An owner would have more than UPLOAD_COUNT_QUOTA uploads at once.',
  },
  PROPERTY_QUOTA_EXCEEDED: {
    status: 413,
    message: 'properties: {attempted} are too many; an image may have {maximum}.',
    when: 'An image would have more than IMAGE_PROPERTY_QUOTA properties.',
  },
  PROPERTY_PROTECTED: {
    status: 403,
    message: 'Property {property} is protected.',
    when: 'A caller creates, changes or removes a property that PROPERTY_PROTECTION_FILE reserves for others.',
  },
  SHARING_FORBIDDEN: {
    status: 403,
    message: 'You may see image {id} but not share it.',
    when: 'A caller who is neither an administrator, nor the owner, nor a member that may share, changes the members.',
  },
  MEMBER_NOT_FOUND: {
    status: 404,
    message: '{memberId} is not a member of the image.',
    when: 'A caller changes or removes a member that the image does not have.',
  },
  MEMBER_QUOTA_EXCEEDED: {
    status: 413,
    message: 'members: {attempted} are too many; an image may have {maximum}.',
    when: 'An image would have more than IMAGE_MEMBER_QUOTA members.',
  },
  NOT_THE_MEMBER: {
    status: 403,
    message: 'Only {memberId} can answer to the sharing of image {id}.',
    when: 'A caller who is neither the member nor an administrator accepts or rejects an image.',
  },
  TAG_NOT_FOUND: {
    status: 404,
    message: 'The image does not have the tag {tag}.',
    when: 'A caller removes a tag that the image does not have.',
  },
  TAG_QUOTA_EXCEEDED: {
    status: 413,
    message: 'tags: {attempted} are too many; an image may have {maximum}.',
    when: 'An image would have more than IMAGE_TAG_QUOTA tags.',
  },
  TOO_MANY_UPLOADS: {
    status: 503,
    message:
      'The gateway is taking in {maximum} files already; try again, or send the data with PUT to dataUrl.',
    when: 'More multipart requests arrive at once than MULTIPART_CONCURRENCY.',
  },
  TOO_MANY_OWN_UPLOADS: {
    status: 429,
    message:
      'Your tenant is sending {own} files through GraphQL already, and other tenants need places too; try again, or send the data with PUT to dataUrl.',
    when: 'One tenant, or one user without a tenant, holds at least as many places of MULTIPART_CONCURRENCY as are free.',
  },
  MULTIPART_TOO_LARGE: {
    status: 413,
    message: 'A multipart request may carry {maximum} bytes; send larger data with PUT to {dataUrl}.',
    when: 'A file sent through GraphQL is larger than MULTIPART_MAX_SIZE.',
  },
  TOO_MANY_UNFINISHED_UPLOADS: {
    status: 413,
    message: '{who} {maximum} unfinished resumable uploads already; finish or delete one of them first.',
    when:
      'A caller would have more than RESUMABLE_UPLOAD_QUOTA resumable uploads that are not finished, or a tenant ' +
      'more than half of those that the other tenants leave of RESUMABLE_UPLOAD_LIMIT.',
  },
  UPLOAD_NOT_FOUND: {
    status: 404,
    message: 'There is no such upload to image {id}, or it has expired.',
    when: 'A resumable upload was deleted, has expired, ended with its image, or was begun by another caller.',
  },
  UPLOAD_OFFSET_MISMATCH: {
    status: 409,
    message:
      'Upload-Offset: is not where this upload stands; ask for its offset with HEAD and go on from there.',
    when: 'A part of a resumable upload does not begin where the received data ends.',
  },
  UPLOAD_LOCKED: {
    status: 423,
    message: 'Another request works on this upload; ask for its offset with HEAD and go on from there.',
    when: 'Another request took the upload over while a part was coming, or the gateway is still storing the upload.',
  },
  UPLOAD_PROTOCOL: {
    status: 412,
    message: 'Tus-Resumable: must be 1.0.0, the version of the tus protocol that is spoken here.',
    when: 'A request to a resumable upload names no version of the protocol, or another one.',
  },
  UPLOAD_EXTENSION: {
    status: 501,
    message: '{header}: this gateway does not offer this extension of tus; {instead}.',
    when: 'A request uses an extension of tus that Tus-Extension does not list.',
  },
  UPLOAD_ABORTED: {
    status: 400,
    message: 'The sender went away before all data had arrived.',
    when: 'The connection ends inside the body.',
  },
  UPLOAD_IDLE: {
    status: 408,
    message: 'No data came for {seconds} seconds.',
    when: 'The sender is silent for longer than UPLOAD_IDLE_TIMEOUT.',
  },
  UPLOAD_TOO_SLOW: {
    status: 408,
    message: 'The request arrives too slowly: {problem}.',
    when: 'The fields of a multipart request arrive too late, or its file arrives below the lowest rate.',
  },
  UPLOAD_CONFLICT: {
    status: 409,
    message: 'The store already holds data under the name of image {id}; it is left as it is.',
    when: 'Another program put data where the data of this image belongs.',
  },
  UPLOADS_UNAVAILABLE: {
    status: 503,
    message: "Uploads need the gateway's own tables: run `glance-graphql migrate --gateway-tables`.",
    when: "The gateway runs on Glance's database, which does not have the gateway's own tables.",
  },
  STORE_FULL: {
    status: 413,
    message: 'The image store is full.',
    when: 'The store has no room for the data.',
  },
  STORE_READ_ONLY: {
    status: 503,
    message: 'The image store does not let the gateway write.',
    when: 'The store refuses writing.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: 'The image store cannot be used just now.',
    when: 'The store fails in another way, the data lies in a store that is not configured, or its location cannot be decrypted.',
  },
  DATA_MISSING: {
    status: 404,
    message: 'The data of image {id} is not in its store.',
    when: 'The store has lost the data of an active image.',
  },
  DATA_DAMAGED: {
    status: 500,
    message: 'The data of image {id} has {actual} bytes in its store, not {expected}.',
    when: 'The data in the store differs from the uploaded data.',
  },
  SOURCE_EMPTY: {
    status: 400,
    message: 'The address of the source must not be empty.',
    when: 'The address of the source is an empty text.',
  },
  SOURCE_NOT_SUPPORTED: {
    status: 400,
    message: 'Data cannot be taken from {uri}: no source of this kind is configured.',
    when: 'The address has a scheme that callers may not name, or no HTTP_SOURCE_HOSTS are configured.',
  },
  SOURCE_INVALID: {
    status: 400,
    message: '{uri} is not a URL that data can be taken from.',
    when: 'The address has a known scheme but is not a valid URL.',
  },
  SOURCE_MISSING: {
    status: 404,
    message: 'The source has nothing at this address.',
    when: 'Version 1 only: the source answers that it does not know the address.',
  },
  SOURCE_FAILED: {
    status: 400,
    message: 'The source cannot be used.',
    when: 'The source is not allowed, cannot be reached, has nothing at the address, is silent for too long, or fails. Only the log says which.',
  },
  SOURCE_SIZE_UNKNOWN: {
    status: 400,
    message: 'The source does not say the size of its data. Declare the size with the image.',
    when: 'Version 1 only: data stays at a source that sends no `Content-Length`, and the image has no declared size.',
  },
  IMAGE_NOT_IMPORTING: {
    status: 409,
    message: 'Image {id} is {imageStatus}; nothing is being imported into it.',
    when: 'A caller cancels an import that has ended, or was never begun.',
  },
  LOCATION_SIZE_MISMATCH: {
    status: 409,
    message: 'The record says {declared} bytes, the source has {actual}; the image stays queued.',
    when: 'The data of an attached location does not have the declared size.',
  },
  RANGE_NOT_SATISFIABLE: {
    status: 416,
    message: 'The range lies outside the {size} bytes of the data.',
    when: 'A Range header asks for bytes after the end.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: 'The body may have {maximum} bytes.{why}',
    when:
      'A body that is not image data, or a field of a form, is too large, or a part of a resumable upload has more bytes than its ' +
      'Upload-Length leaves.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'Content-Type {contentType} is not taken here; send {expected}.',
    when: 'The body is a form on the data face, or not JSON on GraphQL.',
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is nothing at this address.',
    when: 'The path is not one of the gateway.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'The method {method} is not for this address.',
    when: 'The path exists, the method does not.',
  },
  SHUTTING_DOWN: {
    status: 503,
    message: 'The gateway is shutting down; try again.',
    when: 'A new upload arrives, or a running one is cut off, after SIGTERM.',
  },
  DATABASE_READ_ONLY: {
    status: 503,
    message: 'The gateway may only read this database; `glance-graphql check` says why.',
    when: 'A change is requested in the tables of an older Glance, with a database account that may only read, or while the database server takes no changes: it is a replica, or about to hand over. Only the last of these passes, and has `retryAfter`.',
  },
  DATABASE_UNAVAILABLE: {
    status: 503,
    message: 'The database cannot be reached just now; try again.',
    when: 'The database cannot be reached, refuses connections, or does not answer. A change that was under way may or may not be done. A running upload is settled once the database is back.',
  },
  DATABASE_BUSY: {
    status: 503,
    message: 'Too many changes to the same images at once; try again.',
    when: 'Other changes to the same rows were first each time that the gateway tried. Nothing was changed.',
  },
  DATABASE_CROWDED: {
    status: 503,
    message: 'Too many requests wait for the database already; try again.',
    when: 'More requests at once than the connections of DATABASE_POOL_SIZE can serve: 1000 wait already, or this one has waited for QUERY_TIMEOUT. Nothing was changed.',
  },
  DATABASE_FULL: {
    status: 503,
    message: 'The database has no room for this change; try again later.',
    when: 'The disk or the table space of the database is full. Nothing was changed.',
  },
  DATABASE_LIMIT: {
    status: 413,
    message: 'The database does not take a change of this size.',
    when: 'A change exceeds a limit of the database server, such as max_allowed_packet. Nothing was changed.',
  },
  DATABASE_CORRUPT: {
    status: 503,
    message: 'The database is damaged; its operator must repair it.',
    when: 'The database server finds its own files damaged. The log of the gateway names the error.',
  },
  QUERY_TOO_DEEP: {
    status: 400,
    message: 'The operation has {actual} levels of fields; at most {maximum} are allowed.',
    when: 'A GraphQL operation is nested deeper than QUERY_DEPTH_LIMIT.',
  },
  QUERY_TOO_MANY_ALIASES: {
    status: 400,
    message: 'The operation has {actual} aliases; at most {maximum} are allowed.',
    when: 'A GraphQL operation has more aliases than QUERY_ALIAS_LIMIT.',
  },
  QUERY_TOO_COSTLY: {
    status: 400,
    message: 'The operation costs {actual}; at most {maximum} is allowed. Ask for smaller pages.',
    when: 'A GraphQL operation costs more than QUERY_COST_LIMIT.',
  },
  QUERY_TIMEOUT: {
    status: 503,
    message: 'The database took too long; ask for less, or try again.',
    when: 'A statement ran, or waited for a lock, for longer than QUERY_TIMEOUT.',
  },
  SEARCH_TOO_SLOW: {
    status: 503,
    message:
      'The database takes too long to search or count so many images; add a condition that few images meet, such as an owner.',
    when: 'A search, a count, a list of texts in use, or a filter that may have to read all images takes longer than 10 seconds, or than QUERY_TIMEOUT if that is less.',
  },
  TOO_MANY_SCANS: {
    status: 503,
    message:
      'Too many searches, counts and filters that may have to read all images run or wait already; try again, or add a condition that few images meet, such as a name or a checksum.',
    when: 'Searches, counts, and filters that no index serves run one at a time for each tenant, on a part of the connections of DATABASE_POOL_SIZE. 100 of this tenant, or 1000 of all, wait already, or this one has waited for 30 seconds.',
  },
  READ_ABANDONED: {
    status: 503,
    message: 'The statement was ended, since its client has left or the gateway is stopping.',
    when: 'The client closes its connection, or the gateway stops, before the database has answered.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    message: 'Internal error {errorId}; the log of the gateway has the same id.',
    when: 'An unforeseen failure. Only the log has the details.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

export type ErrorParameters = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** An error that the caller may see. The faces mask every other error. */
export class ImageError extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly parameters: ErrorParameters = {},
    options?: ErrorOptions,
  ) {
    super(message(code, parameters), options);
    this.status = ERRORS[code].status;
  }
}

/** Returns the error for bad input, with the name of the field as the caller wrote it, and the fault. */
export function badInput(field: string, problem: string): ImageError {
  return new ImageError('BAD_USER_INPUT', { field, problem, constraints: [problem] });
}

/** Returns the reason why an image is killed, for its owner. */
export function failureReason(error: unknown): string {
  return error instanceof ImageError ? error.message : 'The gateway failed.';
}

function message(code: ErrorCode, parameters: ErrorParameters): string {
  return ERRORS[code].message.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}
