import { formatWanted } from './accept-header.js';
import type { Answer } from './answer.js';
import { pythonJson } from './python-json.js';

/** The text of an error: an explanation in place of the standard one, a detail after the standard one, or the whole body. */
export type Wording = { explanation: string } | { detail: string } | { body: string } | Record<string, never>;

export interface RestErrorOptions {
  /** The header `Allow` of a 405. */
  allow?: string;
  /** The header `WWW-Authenticate` of a 401. */
  challenge?: string;
  /** True where Glance's code asks for text/plain; only an answer to HEAD shows it (contract C5.8). */
  plainHead?: boolean;
}

/** An error of version 1 or of the registry, with its HTTP status (contract C5). */
export class RestError extends Error {
  constructor(
    readonly status: number,
    readonly wording: Wording = {},
    readonly options: RestErrorOptions = {},
  ) {
    super(statusLine(status));
  }
}

/** Returns the error for a path without a route: 404, or 501 for a method that Glance does not know (contract C4, C23.2). */
export function noRoute(method: string): RestError {
  return new RestError(KNOWN_METHODS.has(method) ? 404 : 501);
}

/** Returns the answer for an error, in the format that the request's Accept asks for (contract C5.3 to C5.9). */
export function errorAnswer(error: RestError, method: string, accept: string | undefined): Answer {
  const { status, wording, options } = error;
  const reason = REASONS[status];
  const own: Answer['headers'] = [
    ...(options.allow ? [['Allow', options.allow] as const] : []),
    ...(options.challenge ? [['WWW-Authenticate', options.challenge] as const] : []),
  ];
  const answer = (type: string, body: string): Answer => ({
    status,
    reason,
    headers: [...own, ['Content-Type', type]],
    body,
  });
  if (method === 'HEAD') return answer(options.plainHead ? PLAIN : HTML, '');
  if ('body' in wording) return answer(PLAIN, wording.body);
  switch (formatWanted(accept)) {
    case 'html':
      return answer(HTML, htmlPage(statusLine(status), message(error, method, escaped)));
    case 'json':
      return answer(
        'application/json',
        pythonJson({ message: message(error, method, String), code: statusLine(status), title: reason }),
      );
    default:
      return answer(PLAIN, plainPage(status, wording, method));
  }
}

/** Returns an error in the plain format; the API server quotes the registry's errors like this (contract C5.10). */
export function plainPage(status: number, wording: Wording, method = ''): string {
  const text = message({ status, wording }, method, String)
    .replace(/[\r\n]/g, ' ')
    .replace(/<br.*?>/gis, '\n')
    .replace(/<!--|-->/g, '')
    .replace(/<.*?>/gs, '');
  return `${statusLine(status)}\n\n${text}`;
}

const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']);

const PLAIN = 'text/plain; charset=UTF-8';
const HTML = 'text/html; charset=UTF-8';

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** The standard explanations (contract C5.2). */
const EXPLANATIONS: Record<number, string> = {
  400: 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  401:
    'This server could not verify that you are authorized to access the document you requested. Either you ' +
    'supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply ' +
    'the credentials required.',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  413: 'The body of your request was too large for this server.',
  500: 'The server has either erred or is incapable of performing the requested operation.',
  503: 'The server is currently unavailable. Please try again at a later time.',
};

function statusLine(status: number): string {
  return `${status} ${REASONS[status]}`;
}

/** Returns the text that all formats contain; the contract calls it B (C5.4, C5.7). */
function message(
  { status, wording }: Pick<RestError, 'status' | 'wording'>,
  method: string,
  shown: (text: string) => string,
): string {
  if (status === 405) return `The method ${shown(method)} is not allowed for this resource. <br /><br />\n`;
  if (status === 501)
    return `\nThe request method ${shown(method)} is not implemented for this server. <br /><br />\n`;
  const explanation = 'explanation' in wording ? wording.explanation : (EXPLANATIONS[status] ?? '');
  const detail = 'detail' in wording ? wording.detail : '';
  return `${shown(explanation)}<br /><br />\n${shown(detail)}\n\n`;
}

function htmlPage(line: string, text: string): string {
  return (
    `<html>\n <head>\n  <title>${line}</title>\n </head>\n` +
    ` <body>\n  <h1>${line}</h1>\n  ${text}\n </body>\n</html>`
  );
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
