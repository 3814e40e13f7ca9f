import fc from 'fast-check';
import type { AnyRequest } from './request.js';
import {
  caller,
  imageId,
  inPath,
  method,
  mostly,
  number,
  oddText,
  query,
  text,
  time,
  token,
  truth,
  TENANTS,
} from './words.js';

const format = mostly(fc.constantFrom('raw', 'qcow2', 'iso', 'bare', 'ami', 'aki'), text);

/** Headers `x-image-meta-*` of version 1, with values that fit and values that do not. */
const metadata = mostly(
  fc.oneof(
    fc.tuple(fc.constant('name'), text),
    fc.tuple(fc.constantFrom('disk_format', 'container_format', 'Disk-Format'), format),
    fc.tuple(fc.constantFrom('size', 'min_disk', 'min_ram', 'virtual_size'), number),
    fc.tuple(fc.constantFrom('is_public', 'protected', 'deleted'), truth),
    fc.tuple(fc.constantFrom('created_at', 'updated_at', 'deleted_at'), time),
    fc.tuple(fc.constant('id'), imageId),
    fc.tuple(fc.constantFrom('checksum', 'owner', 'status', 'store', 'type'), text),
    fc.tuple(
      fc.constant('location'),
      mostly(
        fc.constantFrom('http://127.0.0.1:1/x', 'file:///etc/passwd', 'swift://a/b', 'http://[::1'),
        oddText,
      ),
    ),
    fc.tuple(
      token.map((name) => `property-${name}`),
      text,
    ),
  ),
  fc.tuple(token, text),
);

const metadataHeaders = fc
  .array(metadata, { maxLength: 5 })
  .map((pairs) =>
    Object.fromEntries(pairs.map(([name, value]) => [`x-image-meta-${name}`, onOneLine(value)])),
  );

/** A header's value holds no line end and no other control character but the tab. */
// eslint-disable-next-line no-control-regex
const onOneLine = (value: string) => value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '').slice(0, 20_000);

const oddHeaders = mostly(
  fc.constant<Record<string, string>>({}),
  fc.oneof(
    fc.constantFrom<Record<string, string>>(
      { accept: 'application/json' },
      { accept: 'text/html;q=2, */*;q=x' },
      { 'accept-encoding': 'gzip' },
      { 'content-type': 'multipart/form-data' },
      { 'content-type': 'application/json; charset=koi8-r' },
      { 'content-encoding': 'gzip' },
      { 'content-md5': '?' },
      { 'x-glance-registry-purge-props': 'maybe' },
      { 'x-glance-api-copy-from': 'http://127.0.0.1:1/x' },
      { 'x-glance-api-copy-from': 'ftp://\u00e9' },
      { 'if-none-match': '*' },
      { range: 'bytes=0-0' },
      { expect: '100-continue' },
      { 'x-openstack-request-id': '\u00e9'.repeat(200) },
      { 'x-forwarded-proto': 'gopher' },
      { 'transfer-encoding': 'chunked' },
    ),
    fc.tuple(token, text).map(([name, value]) => ({ [`x-${name}`]: onOneLine(value) })),
  ),
  4,
);

const filter = fc.oneof(
  fc.tuple(fc.constantFrom('limit', 'size_min', 'size_max', 'min_ram', 'min_disk'), number),
  fc.tuple(fc.constant('marker'), imageId),
  fc.tuple(fc.constant('changes-since'), time),
  fc.tuple(
    fc.constant('sort_key'),
    mostly(fc.constantFrom('name', 'size', 'id', 'status', 'created_at'), text),
  ),
  fc.tuple(fc.constant('sort_dir'), mostly(fc.constantFrom('asc', 'desc'), text)),
  fc.tuple(fc.constantFrom('is_public', 'protected', 'deleted'), truth),
  fc.tuple(fc.constantFrom('name', 'status', 'disk_format', 'container_format', 'owner', 'checksum'), text),
  fc.tuple(
    token.map((name) => `property-${name}`),
    text,
  ),
  fc.tuple(text, text),
);

const members = mostly(
  fc
    .array(fc.record({ member_id: mostly(fc.constantFrom(...TENANTS), text), can_share: fc.boolean() }), {
      maxLength: 3,
    })
    .map((memberships) => JSON.stringify({ memberships })),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '{"memberships": 1}',
    '{"memberships": [null]}',
    '{"member": 5}',
    '\0',
    '"\\ud800"',
  ),
);

const part = mostly(fc.constantFrom(...TENANTS), text).map(inPath);

const image = fc.tuple(
  mostly(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PUT', 'DELETE'), method),
  mostly(
    imageId.map((id) => `/images/${inPath(id)}`),
    fc.constantFrom('/images', '/images/', '/images//', '/images/%', '/images/detail', ''),
    3,
  ),
  fc.tuple(metadataHeaders, oddHeaders).map(([meta, odd]) => ({ ...meta, ...odd })),
  fc.option(fc.constantFrom('', 'data', 'x'.repeat(100_000)), { freq: 2, nil: undefined }),
);

const ready = { 'x-image-meta-disk_format': 'raw', 'x-image-meta-container_format': 'bare' };

const create = fc.tuple(
  fc.constant('POST'),
  fc.constant('/images'),
  fc.tuple(metadataHeaders, oddHeaders).map(([meta, odd]) => ({ ...ready, ...meta, ...odd })),
  fc.option(fc.constantFrom('', 'data'), { nil: undefined }),
);

const list = fc.tuple(
  fc.constantFrom('GET', 'GET', 'HEAD'),
  fc.tuple(fc.constantFrom('/images', '/images/detail'), query(filter)).map(([path, asked]) => path + asked),
  oddHeaders,
  fc.constant(undefined),
);

const sharing = fc.tuple(
  mostly(fc.constantFrom('GET', 'PUT', 'DELETE'), method),
  fc.oneof(
    imageId.map((id) => `/images/${inPath(id)}/members`),
    fc.tuple(imageId, part).map(([id, member]) => `/images/${inPath(id)}/members/${member}`),
    part.map((member) => `/shared-images/${member}`),
  ),
  oddHeaders,
  fc.option(members, { nil: undefined }),
);

const anyOf = fc.oneof({ arbitrary: image, weight: 3 }, create, list, sharing);

/** Requests of version 1 of the Images API, of the version documents, and of similar paths. */
export const v1Requests: fc.Arbitrary<AnyRequest> = fc
  .tuple(
    mostly(fc.constantFrom('gateway' as const, 'legacy' as const), fc.constant('legacy' as const)),
    mostly(
      fc.constant('/v1'),
      fc.constantFrom('', '/v1.0', '/v1.1', '/v2', '/v3', '/versions', '/V1', '//v1'),
    ),
    anyOf,
    caller,
    fc.option(fc.constantFrom(0, 0.3, 0.9), { freq: 30, nil: undefined }),
  )
  .map(([server, version, [verb, path, headers, body], who, breaksAt]) => ({
    server,
    method: verb,
    path: `${version}${path}` || '/',
    headers: typed({ ...who, ...headers }, body),
    body,
    breaksAt,
  }));

function typed(headers: Record<string, string>, body: string | undefined): Record<string, string> {
  if (body === undefined || headers['content-type']) return headers;
  return { 'content-type': 'application/octet-stream', ...headers };
}
