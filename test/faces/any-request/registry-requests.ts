import fc from 'fast-check';
import type { AnyRequest } from './request.js';
import {
  anyJson,
  caller,
  imageId,
  inPath,
  method,
  mostly,
  number,
  query,
  text,
  time,
  truth,
  TENANTS,
} from './words.js';

const field = fc.oneof(
  fc.tuple(fc.constantFrom('name', 'disk_format', 'container_format', 'checksum', 'owner'), text),
  fc.tuple(fc.constantFrom('size', 'min_disk', 'min_ram', 'virtual_size'), fc.oneof(number, fc.integer())),
  fc.tuple(
    fc.constant('status'),
    mostly(fc.constantFrom('queued', 'saving', 'active', 'killed', 'deleted'), text),
  ),
  fc.tuple(fc.constantFrom('is_public', 'protected', 'deleted'), fc.oneof(truth, fc.boolean())),
  fc.tuple(fc.constantFrom('created_at', 'updated_at', 'deleted_at'), time),
  fc.tuple(fc.constant('id'), imageId),
  fc.tuple(fc.constant('properties'), fc.oneof(fc.dictionary(text, text, { maxKeys: 3 }), anyJson)),
  fc.tuple(
    fc.constantFrom('location', 'location_data'),
    fc.oneof(
      text,
      fc.array(fc.record({ url: text, metadata: anyJson, status: text }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
      anyJson,
    ),
  ),
  fc.tuple(text, anyJson),
);

const imageBody = mostly(
  fc.tuple(fc.array(field, { maxLength: 5 }), fc.boolean()).map(([fields, purges]) => ({
    image: { status: 'queued', ...Object.fromEntries(fields) },
    purge_props: purges,
  })) as fc.Arbitrary<unknown>,
  anyJson.map((image) => ({ image })),
);

const membersBody = mostly(
  fc
    .array(fc.record({ member_id: mostly(fc.constantFrom(...TENANTS), text), can_share: anyJson }), {
      maxLength: 3,
    })
    .map((memberships) => ({ memberships })) as fc.Arbitrary<unknown>,
  fc.oneof(
    anyJson,
    anyJson.map((member) => ({ member })),
  ),
);

const written = (body: fc.Arbitrary<unknown>) =>
  mostly(
    body.map((value) => JSON.stringify(value) ?? ''),
    fc.constantFrom(
      '',
      '{',
      '\0',
      '[',
      '"\\ud800"',
      '{"image":{}}x',
      '\ufeff{}',
      '1'.repeat(5000),
      '['.repeat(3000),
    ),
  );

const filter = fc.oneof(
  fc.tuple(fc.constantFrom('limit', 'size_min', 'size_max', 'min_ram', 'min_disk'), number),
  fc.tuple(fc.constant('marker'), imageId),
  fc.tuple(fc.constant('changes-since'), time),
  fc.tuple(fc.constantFrom('sort_key', 'sort_dir', 'status', 'name', 'owner'), text),
  fc.tuple(fc.constantFrom('is_public', 'protected', 'deleted'), truth),
  fc.tuple(text, text),
);

const member = mostly(fc.constantFrom(...TENANTS), text).map(inPath);

const asked = fc.oneof(
  fc.tuple(
    fc.constantFrom('GET', 'GET', 'HEAD'),
    query(filter).map((what) => `/images${what}`),
    fc.constant(undefined),
  ),
  fc.tuple(
    fc.constant('GET'),
    query(filter).map((what) => `/images/detail${what}`),
    fc.constant(undefined),
  ),
  fc.tuple(fc.constant('POST'), fc.constant('/images'), written(imageBody)),
  fc.tuple(
    mostly(fc.constantFrom('GET', 'PUT', 'PUT', 'DELETE'), method),
    imageId.map((id) => `/images/${inPath(id)}`),
    written(imageBody),
  ),
  fc.tuple(
    mostly(fc.constantFrom('GET', 'PUT', 'DELETE'), method),
    fc
      .tuple(imageId, fc.option(member))
      .map(([id, who]) => `/images/${inPath(id)}/members${who === null ? '' : `/${who}`}`),
    written(membersBody),
  ),
  fc.tuple(
    fc.constant('GET'),
    member.map((who) => `/shared-images/${who}`),
    fc.constant(undefined),
  ),
  fc.tuple(fc.constant('POST'), fc.constant('/rpc'), written(anyJson)),
);

/** Requests of version 1 of the Registry API. */
export const registryRequests: fc.Arbitrary<AnyRequest> = fc
  .tuple(asked, caller, fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16'))
  .map(([[verb, path, body], who, type]) => ({
    server: 'registry',
    method: verb,
    path,
    headers: body === undefined ? who : { ...who, 'content-type': type },
    body,
  }));
