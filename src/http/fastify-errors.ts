import type { FastifyRequest } from 'fastify';
import { badInput, ImageError } from '../image/errors.js';

/** The highest number of bytes of a body that is not image data. */
export const JSON_BODY_BYTES = 1024 * 1024;

/**
 * Returns our own error for one that Fastify or Node raises because of a client's input, and every other error
 * unchanged.
 */
export function clientError(error: unknown, request: FastifyRequest): unknown {
  const { code = '', statusCode = 0 } = error as { code?: string; statusCode?: number };
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ImageError('UNSUPPORTED_MEDIA_TYPE', {
        contentType: request.headers['content-type']?.slice(0, 100) || '(none)',
        expected: 'application/json',
      });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ImageError('BODY_TOO_LARGE', { maximum: JSON_BODY_BYTES });
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return badInput('body', 'must not be empty');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return badInput('body', 'must be valid JSON without a key named __proto__');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return brokeOff();
  }
  if (code.startsWith('HPE_')) return brokeOff();
  const isClients = statusCode >= 400 && statusCode < 500;
  return isClients ? badInput('request', 'is not well formed') : error;
}

function brokeOff(): ImageError {
  return badInput('body', 'broke off before its end');
}
