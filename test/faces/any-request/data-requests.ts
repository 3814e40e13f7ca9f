import fc from 'fast-check';
import { UPLOAD, type AnyRequest } from './request.js';
import { caller, imageId, inPath, method, mostly, number, text, uploadId } from './words.js';

// eslint-disable-next-line no-control-regex
const header = text.map((value) => value.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '').slice(0, 10_000));

type Values = Record<string, fc.Arbitrary<string>>;

/** Returns some of the usual headers, and sometimes a rare one. */
function someOf(usual: Values, rare: Values = {}): fc.Arbitrary<Record<string, string>> {
  const rarely = Object.entries(rare).map(([name, value]) => value.map((said) => ({ [name]: said })));
  return fc
    .tuple(
      fc.record(usual, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>,
      mostly(fc.constant<Record<string, string>>({}), fc.oneof(fc.constant({}), ...rarely), 3),
    )
    .map(([first, then]) => ({ ...first, ...then }));
}

const range = fc.oneof(
  fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`),
  fc.constantFrom('bytes=-', 'bytes=0-0,2-3', 'lines=1-2', 'bytes', 'bytes=5', `bytes=-${'9'.repeat(30)}`),
  header,
);

const dataHeaders = fc.oneof(
  someOf({ range, 'if-range': header, 'if-none-match': mostly(fc.constantFrom('*', 'W/"a", "b"'), header) }),
  someOf(
    {
      'content-type': mostly(fc.constant('application/octet-stream'), header),
      expect: fc.constant('100-continue'),
    },
    {
      'content-type': fc.constantFrom('multipart/form-data', 'text/html'),
      'content-md5': header,
      'content-digest': mostly(fc.constantFrom('sha-256=:AAAA:', 'sha-512=::', 'md5=:AA==:, x'), header),
      'content-encoding': fc.constantFrom('gzip', 'identity', ''),
      'content-range': header,
      'x-image-meta-store': mostly(fc.constant('file'), header),
      expect: fc.constant('something'),
    },
  ),
);

const body = fc.option(fc.constantFrom('', 'data', 'x'.repeat(200_000)), { nil: undefined });

const dataAsked = fc.tuple(
  mostly(fc.constantFrom('GET', 'HEAD', 'PUT', 'PUT'), method),
  fc
    .tuple(
      imageId,
      mostly(
        fc.constant(''),
        fc.constantFrom('?signature=x', '?expires=1&signature=%ff', '/', '?link=a.b.c'),
      ),
    )
    .map(([id, rest]) => `/data/${inPath(id)}${rest}`),
  dataHeaders,
  body,
);

const base64 = fc.constantFrom('aGVsbG8=', '', '=', 'a', '////', '\u00e9');
const metadataPair = fc
  .tuple(mostly(fc.constantFrom('filename', 'md5', 'sha512', 'store', 'filetype'), header), base64)
  .map(([key, value]) => `${key} ${value}`);

const tusHeaders = someOf(
  {
    'upload-length': mostly(fc.constantFrom('0', '4', '200000'), number),
    'upload-offset': mostly(fc.constantFrom('0', '4'), number),
    'upload-metadata': mostly(
      fc.array(metadataPair, { maxLength: 3 }).map((pairs) => pairs.join(',')),
      header,
    ),
  },
  {
    'tus-resumable': fc.constantFrom('', '0.2.2', 'x'),
    'upload-defer-length': fc.constantFrom('1', '0', '2', ''),
    'upload-concat': fc.constantFrom('partial', 'final;/a /b'),
    'upload-checksum': header,
    'x-http-method-override': mostly(fc.constantFrom('PATCH', 'HEAD', 'DELETE'), header),
    'content-type': header,
    expect: fc.constant('100-continue'),
  },
);
const tusMethod = mostly(fc.constantFrom('POST', 'PATCH', 'HEAD', 'DELETE', 'OPTIONS'), method);
/** An upload begins at one address and continues at another. */
const tusPlace = mostly(
  fc.constantFrom<string[]>(
    ['POST', ''],
    ['PATCH', `/${UPLOAD}`],
    ['HEAD', `/${UPLOAD}`],
    ['DELETE', `/${UPLOAD}`],
  ),
  fc
    .tuple(
      tusMethod,
      uploadId.map((id) => `/${id}`),
    )
    .map(([verb, place]) => [verb, place]),
);

const tusAsked = fc
  .tuple(tusPlace, imageId, tusHeaders, body)
  .map(([[verb, place], id, headers, sent]): [string, string, Record<string, string>, string | undefined] => [
    verb,
    `/data/${inPath(id)}/uploads${place}`,
    { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream', ...headers },
    sent,
  ]);

/** Requests for data and for resumable uploads. */
export const dataRequests: fc.Arbitrary<AnyRequest> = fc
  .tuple(
    fc.oneof(dataAsked, tusAsked),
    caller,
    fc.option(fc.constantFrom(0, 0.5), { freq: 20, nil: undefined }),
  )
  .map(([[verb, path, headers, sent], who, breaksAt]) => ({
    server: 'gateway',
    method: verb,
    path,
    headers: { ...who, ...headers },
    body: sent,
    breaksAt,
  }));
