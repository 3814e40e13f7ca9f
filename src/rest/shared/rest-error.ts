import { formatWanted } from './accept-header.js';
import type { Answer } from './answer.js';
import { pythonJson } from './python-json.js';

/** What an error says: a sentence in place of the standard one, a detail after that, or its whole body. */
export type Said = { explanation: string } | { detail: string } | { body: string } | Record<string, never>;

export interface FaultOptions {
  /** The header `Allow` of a 405. */
  allow?: string;
  /** The header `WWW-Authenticate` of a 401. */
  challenge?: string;
  /** The code of Glance asked for text/plain, which shows on HEAD alone (contract C5.8). */
  plainHead?: boolean;
}

/** An error as a client of version 1 is told it (contract C5). */
export class Fault extends Error {
  constructor(
    readonly status: number,
    readonly said: Said = {},
    readonly options: FaultOptions = {},
  ) {
    super(statusLine(status));
  }
}

/** What no route takes: a path that is not there, or a method that nobody knows (contract C4, C23.2). */
export function unrouted(method: string): Fault {
  return new Fault(KNOWN_METHODS.has(method) ? 404 : 501);
}

/** An error as the bytes of an answer, in the format that the request's Accept asks for (contract C5.3 to C5.9). */
export function faultAnswer(fault: Fault, method: string, accept: string | undefined): Answer {
  const { status, said, options } = fault;
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
  if ('body' in said) return answer(PLAIN, said.body);
  switch (formatWanted(accept)) {
    case 'html':
      return answer(HTML, htmlPage(statusLine(status), message(fault, method, escaped)));
    case 'json':
      return answer(
        'application/json',
        pythonJson({ message: message(fault, method, String), code: statusLine(status), title: reason }),
      );
    default:
      return answer(PLAIN, plainPage(status, said, method));
  }
}

/** An error in the plain format, as one server quotes it that had it from another (contract C5.10). */
export function plainPage(status: number, said: Said, method = ''): string {
  const text = message({ status, said }, method, String)
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

/** The sentences that stand where the code gives none of its own (contract C5.2). */
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

/** What the contract calls B (C5.4, C5.7): the text within each of the formats. */
function message(
  { status, said }: Pick<Fault, 'status' | 'said'>,
  method: string,
  shown: (text: string) => string,
): string {
  if (status === 405) return `The method ${shown(method)} is not allowed for this resource. <br /><br />\n`;
  if (status === 501)
    return `\nThe request method ${shown(method)} is not implemented for this server. <br /><br />\n`;
  const explanation = 'explanation' in said ? said.explanation : (EXPLANATIONS[status] ?? '');
  const detail = 'detail' in said ? said.detail : '';
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
