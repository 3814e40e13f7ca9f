import { RestError } from '../shared/rest-error.js';
import { translateErrors, restErrorFor } from '../shared/error-table.js';
import { fillIn, withColumn, wordingOf, type TextKind } from '../shared/error-text.js';

/** The operation that failed: one domain error has different texts in different operations. */
export type Operation = 'show' | 'list' | 'add' | 'update' | 'delete' | 'members';

/**
 * Returns the registry's error for an error of the domain.
 *
 * @returns undefined for an unexpected error
 */
export function registryError(error: unknown, operation: Operation): RestError | undefined {
  return restErrorFor(
    error,
    [TEXTS[operation], TEXTS.anywhere],
    ({ fault }) => fault,
    ([status, kind, text = ''], parameters) =>
      new RestError(status, wordingOf(kind, fillIn(text, withColumn(parameters)))),
  );
}

/** Waits for the domain's work, and throws the registry's error in place of the domain's. */
export function orRegistryError<T>(operation: Operation, work: Promise<T>): Promise<T> {
  return translateErrors(work, (error) => registryError(error, operation));
}

type Line = [status: number, kind: TextKind, text?: string];

const ADDING = 'Failed to add image metadata. Got error:';
const UPDATING = 'Failed to update image metadata. Got error:';

/** Returns the texts for wrong values. Each begins with the operation that failed (contract C23.8, C23.9). */
const badValues = (doing: string): Record<string, Line> => ({
  'BAD_USER_INPUT:statusMissing': [400, 'D', `${doing} Image status is required.`],
  'BAD_USER_INPUT:status': [400, 'D', `${doing} Invalid image status '{imageStatus}' for image.`],
  'BAD_USER_INPUT:format': [400, 'D', `${doing} Invalid {words} '{value}' for image.`],
  'BAD_USER_INPUT:formatMissing': [400, 'D', `${doing} Image {words} is required.`],
  'BAD_USER_INPUT:formatsDiffer': [
    400,
    'D',
    `${doing} Invalid mix of disk and container formats: both must be the same when either is aki, ari or ami.`,
  ],
  'BAD_USER_INPUT:range': [400, 'D', `${doing} '{column}' value out of range, must not exceed {most}.`],
  'BAD_USER_INPUT:fourBytes': [400, 'D', `${doing} {Key} can't contain 4 byte unicode characters.`],
  'BAD_USER_INPUT:fourBytesInName': [400, 'D', `${doing} Property names can't contain 4 byte unicode.`],
  'BAD_USER_INPUT:tooLong': [400, 'D', `${doing} {column} {problem}.`],
});

/** The registry's texts for errors of the domain, by code, or by code, a colon and the variant. */
const TEXTS: Record<Operation | 'anywhere', Record<string, Line>> = {
  anywhere: {
    READ_ONLY: [403, 'D', 'Read-only access'],
    FORBIDDEN: [403, ''],
    NOT_OWNER: [403, ''],
    IMAGE_NOT_FOUND: [404, ''],
    INTERNAL_SERVER_ERROR: [500, ''],
  },
  show: {},
  list: {
    IMAGE_NOT_FOUND: [400, 'E', 'Invalid marker. Image could not be found.'],
  },
  add: {
    ...badValues(ADDING),
    'BAD_USER_INPUT:id': [400, 'E', 'Invalid image id format'],
    IMAGE_ID_TAKEN: [409, 'D', 'Image with identifier {id} already exists!'],
  },
  update: {
    ...badValues(UPDATING),
    IMAGE_NOT_FOUND: [404, 'B', 'Image not found'],
    IMAGE_NOT_IN_STATUS: [409, 'B', 'Image operation conflicts'],
    IMAGE_FIELD_IMMUTABLE: [403, 'E', "Forbidden to modify '{field}' of image."],
  },
  delete: {},
  members: {
    SHARING_FORBIDDEN: [403, 'D', 'No permission to share that image'],
    MEMBER_NOT_FOUND: [404, 'E', 'Membership could not be found.'],
    BAD_USER_INPUT: [400, 'E', 'Invalid membership association: {problem}'],
  },
};
