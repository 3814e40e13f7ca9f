import { Fault } from '../shared/rest-error.js';
import { asFaults, foreseen } from '../shared/error-table.js';
import { filled, said, withColumn, type Kind } from '../shared/error-text.js';

/** What was being done: the same failure has other words at each place. */
export type Place = 'show' | 'list' | 'add' | 'update' | 'delete' | 'members';

/**
 * The answer of the registry to a failure of the domain.
 *
 * @returns undefined for a failure that nobody foresaw
 */
export function faultOf(error: unknown, place: Place): Fault | undefined {
  return foreseen(
    error,
    [TEXTS[place], TEXTS.anywhere],
    ({ fault }) => fault,
    ([status, kind, text = ''], parameters) =>
      new Fault(status, said(kind, filled(text, withColumn(parameters)))),
  );
}

/** Waits for the domain, and throws its failures as what they are at a place. */
export function at<T>(place: Place, work: Promise<T>): Promise<T> {
  return asFaults(work, (error) => faultOf(error, place));
}

type Line = [status: number, kind: Kind, text?: string];

const ADDING = 'Failed to add image metadata. Got error:';
const UPDATING = 'Failed to update image metadata. Got error:';

/** What is wrong with a value, behind the words for what was being done (contract C23.8, C23.9). */
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

/** Every text of an error that starts in the domain, by code and, behind a colon, by its variant. */
const TEXTS: Record<Place | 'anywhere', Record<string, Line>> = {
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
