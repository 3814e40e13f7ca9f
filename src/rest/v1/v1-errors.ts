import type { ErrorParameters } from '../../image/errors.js';
import { RestError, plainPage } from '../shared/rest-error.js';
import { translateErrors, restErrorFor } from '../shared/error-table.js';
import { fillIn, withColumn, wordingOf, type TextKind } from '../shared/error-text.js';

/** The operation that failed: one domain error has different texts in different operations. */
export type Operation = 'show' | 'list' | 'reserve' | 'update' | 'delete' | 'upload' | 'members';

/**
 * Returns version 1's error for an error of the domain.
 *
 * @returns undefined for an unexpected error
 */
export function v1Error(error: unknown, operation: Operation): RestError | undefined {
  return restErrorFor(
    error,
    [TEXTS[operation], TEXTS.anywhere],
    ({ fault, why, field }) => fault ?? why ?? field,
    ([status, kind, text = '', inner], parameters) =>
      new RestError(status, wordingOf(kind, fillIn(text, withQuoted(parameters, inner))), {
        plainHead: status === 404,
      }),
  );
}

/** Waits for the domain's work, and throws version 1's error in place of the domain's. */
export function orV1Error<T>(operation: Operation, work: Promise<T>): Promise<T> {
  return translateErrors(work, (error) => v1Error(error, operation));
}

type Line = [
  status: number,
  kind: TextKind,
  text?: string,
  quoted?: [status: number, kind: TextKind, text?: string],
];

const NOT_FOUND = 'Image with identifier {id} not found';
const OUT_OF_RANGE = "Got error: '{column}' value out of range, must not exceed {most}.";
const RESERVE = 'Failed to reserve image. Got error: {quoted}';
const UPDATE = 'Failed to update image metadata. Got error: {quoted}';
const ADDING = 'Failed to add image metadata. Got error:';
const UPDATING = 'Failed to update image metadata. Got error:';
const FOUR_BYTES = "{Key} can't contain 4 byte unicode characters.";
const FOUR_BYTES_IN_NAME = "Property names can't contain 4 byte unicode.";

/**
 * Version 1's texts for errors of the domain, by code, or by code, a colon and the variant. `{quoted}` is the plain page of
 * the registry's error, which Glance's API server quotes (contract C5.10).
 */
const TEXTS: Record<Operation | 'anywhere', Record<string, Line>> = {
  anywhere: {
    READ_ONLY: [403, 'D', 'Read-only access'],
    FORBIDDEN: [403, ''],
    IMAGE_NOT_FOUND: [404, 'D', NOT_FOUND],
    IMAGE_DELETED: [403, 'E', 'Forbidden to update deleted image.'],
    IMAGE_NOT_QUEUED: [409, 'D', 'Cannot upload to an unqueued image'],
    FORMATS_DIFFER: [
      400,
      'E',
      'Invalid mix of disk and container formats. When setting a disk or container format to one of ' +
        "'aki', 'ari', or 'ami', the container and disk formats must match.",
    ],
    PROPERTY_QUOTA_EXCEEDED: [
      413,
      'E',
      'The limit has been exceeded on the number of allowed image properties. ' +
        'Attempted: {attempted}, Maximum: {maximum}',
    ],
    PROPERTY_PROTECTED: [403, 'E', "Property '{property}' is protected"],
    SOURCE_EMPTY: [400, 'E', 'External source should not be empty'],
    SOURCE_NOT_SUPPORTED: [400, 'E', "External sources are not supported: '{uri}'"],
    SOURCE_INVALID: [400, 'E', 'Invalid location {uri}'],
    SOURCE_MISSING: [404, 'E', 'HTTP datastore could not find image at URI.'],
    LOCATION_SIZE_MISMATCH: [
      409,
      'E',
      'Provided image size must match the stored image size. (provided size: {declared}, stored size: {actual})',
    ],
    INTERNAL_SERVER_ERROR: [500, ''],
  },
  show: {
    IMAGE_NOT_ACTIVE: [404, 'D', 'Image {id} is not active'],
    'DATA_MISSING:file': [404, 'E', 'Image {path} not found'],
    IMAGE_DEACTIVATED: [403, 'D', 'Image {id} is deactivated'],
  },
  list: {
    IMAGE_NOT_FOUND: [400, 'E', '{quoted}', [400, 'E', 'Invalid marker. Image could not be found.']],
  },
  reserve: {
    IMAGE_ID_TAKEN: [409, 'E', 'An image with identifier {id} already exists'],
    'BAD_USER_INPUT:id': [400, 'E', RESERVE, [400, 'E', 'Invalid image id format']],
    'BAD_USER_INPUT:range': [400, 'E', RESERVE, [400, 'D', `Failed to add image metadata. ${OUT_OF_RANGE}`]],
    'BAD_USER_INPUT:fourBytes': [400, 'E', RESERVE, [400, 'D', `${ADDING} ${FOUR_BYTES}`]],
    'BAD_USER_INPUT:fourBytesInName': [400, 'E', RESERVE, [400, 'D', `${ADDING} ${FOUR_BYTES_IN_NAME}`]],
    'BAD_USER_INPUT:tooLong': [400, 'E', RESERVE, [400, 'D', `${ADDING} {column} {problem}.`]],
  },
  update: {
    'IMAGE_NOT_FOUND:notChangeable': [404, 'E', 'Failed to find image to update: Image not found'],
    'IMAGE_FIELD_IMMUTABLE:data': [403, 'E', "Forbidden to modify '{field}' of {imageStatus} image."],
    IMAGE_FIELD_IMMUTABLE: [403, 'E', "Forbidden to modify '{field}' of image."],
    NOT_OWNER: [403, 'E', 'Forbidden to update image: {quoted}', [403, '']],
    'BAD_USER_INPUT:range': [
      400,
      'E',
      UPDATE,
      [400, 'D', `Failed to update image metadata. ${OUT_OF_RANGE}`],
    ],
    'BAD_USER_INPUT:fourBytes': [400, 'E', UPDATE, [400, 'D', `${UPDATING} ${FOUR_BYTES}`]],
    'BAD_USER_INPUT:fourBytesInName': [400, 'E', UPDATE, [400, 'D', `${UPDATING} ${FOUR_BYTES_IN_NAME}`]],
    'BAD_USER_INPUT:tooLong': [400, 'E', UPDATE, [400, 'D', `${UPDATING} {column} {problem}.`]],
  },
  delete: {
    IMAGE_PROTECTED: [403, 'E', 'Image is protected'],
    IMAGE_PENDING_DELETE: [403, 'E', 'Forbidden to delete a pending_delete image.'],
    'IMAGE_NOT_FOUND:deleted': [404, 'E', 'Image {id} not found.'],
    'IMAGE_NOT_FOUND:notChangeable': [404, 'E', 'Failed to find image to delete: Image not found'],
    NOT_OWNER: [403, 'E', 'Forbidden to delete image: {quoted}', [403, '']],
  },
  upload: {
    'FORMATS_REQUIRED:diskFormat': [400, 'E', 'Disk format is not specified.'],
    'FORMATS_REQUIRED:containerFormat': [400, 'E', 'Container format is not specified.'],
    SIZE_MISMATCH: [
      400,
      'E',
      'Supplied size ({declared}) and size generated from uploaded image ({actual}) did not match. ' +
        "Setting image status to 'killed'.",
    ],
    CHECKSUM_MISMATCH: [
      400,
      'E',
      'Supplied checksum ({declared}) and checksum generated from uploaded image ({actual}) did not match. ' +
        "Setting image status to 'killed'.",
    ],
    IMAGE_TOO_LARGE: [413, 'E', 'Denying attempt to upload image larger than {cap} bytes.'],
    'STORAGE_QUOTA_EXCEEDED:known': [
      413,
      'E',
      'Denying attempt to upload image because it exceeds the quota: The size of the data {size} will exceed ' +
        'the limit. {remaining} bytes remaining.',
    ],
    // Glance names the cap here, although the quota ended the upload (contract C9.9).
    STORAGE_QUOTA_EXCEEDED: [413, 'E', 'Denying attempt to upload image larger than {cap} bytes.'],
    STORE_FULL: [
      413,
      'E',
      'Image storage media is full: There is not enough disk space on the image storage media.',
    ],
    STORE_READ_ONLY: [
      503,
      'E',
      'Insufficient permissions on image storage media: Permission to write image storage media denied.',
    ],
    UPLOAD_CONFLICT: [409, 'E', 'Attempt to upload duplicate image: Image {id} already exists'],
    UPLOAD_ABORTED: [400, 'E', 'Client disconnected before sending all data to backend'],
    UPLOAD_IDLE: [400, 'E', 'Client disconnected before sending all data to backend'],
    IMAGE_GONE: [
      412,
      'E',
      'Image {id} could not be found after upload. The image may have been deleted during the upload.',
    ],
    STORE_UNAVAILABLE: [500, 'E', 'Failed to upload image {id}'],
  },
  members: {
    'IMAGE_NOT_FOUND:deleted': [404, 'D', 'Image with identifier {id} has been deleted.'],
    SHARING_FORBIDDEN: [404, 'E', '{quoted}', [403, 'D', 'No permission to share that image']],
    MEMBER_NOT_FOUND: [404, 'E', '{quoted}', [404, 'E', 'Membership could not be found.']],
    MEMBER_QUOTA_EXCEEDED: [
      413,
      'E',
      'The limit has been exceeded on the number of allowed image members for this image. ' +
        'Attempted: {attempted}, Maximum: {maximum}',
    ],
    BAD_USER_INPUT: [400, 'E', '{quoted}', [400, 'E', 'Invalid membership association: {problem}']],
  },
};

function withQuoted(parameters: ErrorParameters, inner: Line[3]): ErrorParameters {
  const own = withColumn(parameters);
  if (!inner) return own;
  const [status, kind, text] = inner;
  return { ...own, quoted: plainPage(status, wordingOf(kind, fillIn(text ?? '', own))) };
}
