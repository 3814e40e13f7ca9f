import type { FastifyRequest } from 'fastify';
import { badInput, ImageError } from '../image/errors.js';

/** The highest number of bytes of a body that is not image data. */
export const JSON_BODY_BYTES = 1024 * 1024;

/**
 * Returns our own error for an error that Fastify or Node raises for wrong input of a client. Returns other errors
 * unchanged.
 */
export function fromFastify(error: unknown, request: FastifyRequest): unknown {
  const { code = '', statusCode = 0 } = error as { code?: string; statusCode?: number };
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ImageError('UNSUPPORTED_MEDIA_TYPE', {
        contentType: request.headers['content-type']?.slice(0, 100) || '(none)',
        expected: 'application/json',
      });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ImageError('BODY_TOO_LARGE', { maximum: request.routeOptions.bodyLimit ?? JSON_BODY_BYTES });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return badInput('body', 'must not be empty');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return badInput('body', 'must be valid JSON without a key named __proto__');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return incompleteBody();
  }
  if (code.startsWith('HPE_')) return incompleteBody();
  const isClients = statusCode >= 400 && statusCode < 500;
  return isClients ? badInput('request', 'is not well formed') : error;
}

function incompleteBody(): ImageError {
  return badInput('body', 'broke off before its end');
}
