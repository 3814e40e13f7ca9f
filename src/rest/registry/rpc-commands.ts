import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import { badInput, ImageError } from '../../image/errors.js';
import type { LocationService } from '../../image/change/location-service.js';
import type { Caller } from '../../identity/caller.js';
import { jsonAnswer, type Answer } from '../shared/answer.js';
import { isObject, jsonBody } from '../shared/json-body.js';
import { RestError } from '../shared/rest-error.js';
import type { Json } from '../shared/python-json.js';
import { sentLocation } from './record-body.js';

type Arguments = Record<string, unknown>;
type Command = (caller: Caller, given: Arguments) => Promise<Json>;

/**
 * Returns the action that runs the commands of a glance-api with `data_api = glance.db.registry.api` (contract C24.7).
 * The commands run one after the other. Each returns its own result or error.
 */
export function rpcAction(locations: LocationService) {
  const commands = new Map<string, Command>([
    [
      'image_location_add',
      async (caller, given) => {
        await locations.add(caller, textOf(given, 'image_id'), sentLocation(given.location));
        return null;
      },
    ],
    [
      'image_location_delete',
      async (caller, given) => {
        const { imageId, locationId, status } = removalOf(given);
        if (await locations.remove(caller, imageId, locationId, status)) return null;
        throw new LocationNotFound(`No location found with ID ${locationId} from image ${imageId}`);
      },
    ],
    [
      'user_get_storage_usage',
      async (caller, given) =>
        locations.bytesOf(caller, textOrNull(given, 'owner_id'), textOrNull(given, 'image_id')),
    ],
  ]);

  return async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    mayContinue(request, reply);
    const asked = calls(await jsonBody(request));
    const results: Json[] = [];
    for (const { command, given } of asked) results.push(await resultOf(command(request.caller, given)));
    return jsonAnswer(200, results);
  };

  /** Reads and checks all commands, before the first one runs. */
  function calls(body: object | undefined): { command: Command; given: Arguments }[] {
    if (!Array.isArray(body)) throw refusal('Request must be a list of commands');
    if (body.length > MOST_COMMANDS)
      throw refusal(`Request must be a list of at most ${MOST_COMMANDS} commands`);
    return body.map((each: unknown) => {
      if (!isObject(each)) throw refusal(`Bad Command: ${JSON.stringify(each)}`);
      const { command: name, kwargs } = each;
      if (!name || typeof name !== 'string' || (kwargs && !isObject(kwargs)))
        throw refusal(`Wrong command structure: ${JSON.stringify(each)}`);
      const command = commands.get(name);
      if (!command) throw new RestError(404, { explanation: 'Command not found' });
      return { command, given: isObject(kwargs) ? kwargs : {} };
    });
  }
}

/** The highest number of commands in a request; a glance-api sends one at a time. */
const MOST_COMMANDS = 100;

class LocationNotFound extends Error {}

/** Returns the result of a command, or its error with the name of Glance's class; the peer raises this class. */
async function resultOf(result: Promise<Json>): Promise<Json> {
  try {
    return await result;
  } catch (error) {
    const name = classOf(error);
    if (!name) throw error;
    const { wording } = error as Partial<RestError>;
    const text = wording && 'explanation' in wording ? wording.explanation : (error as Error).message;
    return { _error: { cls: `glance.common.exception.${name}`, val: text } };
  }
}

function classOf(error: unknown): string | undefined {
  if (error instanceof LocationNotFound) return 'NotFound';
  if (error instanceof RestError) return error.status === 400 ? 'Invalid' : undefined;
  return error instanceof ImageError ? CLASSES.get(error.code) : undefined;
}

const CLASSES = new Map<string, string>([
  ['IMAGE_NOT_FOUND', 'ImageNotFound'],
  ['NOT_OWNER', 'Forbidden'],
  ['FORBIDDEN', 'Forbidden'],
  ['READ_ONLY', 'Forbidden'],
  ['BAD_USER_INPUT', 'Invalid'],
]);

function removalOf(given: Arguments) {
  const { location_id: locationId, status } = given;
  if (typeof locationId !== 'number' || !Number.isSafeInteger(locationId))
    throw badInput('location_id', 'must be an integer');
  if (status !== 'deleted' && status !== 'pending_delete')
    throw badInput('status', "of a deleted location must be 'pending_delete' or 'deleted'");
  return { imageId: textOf(given, 'image_id'), locationId, status } as const;
}

function textOf(given: Arguments, name: string): string {
  const value = given[name];
  if (typeof value === 'string') return value;
  throw badInput(name, 'must be a text');
}

function textOrNull(given: Arguments, name: string): string | null {
  return given[name] === undefined || given[name] === null ? null : textOf(given, name);
}

function refusal(explanation: string): RestError {
  return new RestError(400, { explanation });
}
