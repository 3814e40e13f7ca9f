import type { IncomingHttpHeaders } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ImageError } from '../../image/errors.js';
import type { OwnPage } from './own-page.js';
import { seal, type Seal } from './seal.js';

/** Something that a browser keeps for the gateway, and that only the gateway can read. */
export interface SealedCookie<Content> {
  /** Returns what the browser sends; undefined for nothing, or for something that does not count. */
  read(headers: IncomingHttpHeaders): Content | undefined;
  /**
   * Gives it to the browser, in place of what the browser has.
   *
   * @param endsAt milliseconds since 1970
   * @throws ImageError LOGIN_TOO_LARGE
   */
  write(request: FastifyRequest, reply: FastifyReply, content: Content, endsAt: number): void;
  /** Takes it from the browser. */
  clear(request: FastifyRequest, reply: FastifyReply): void;
}

export interface CookieOptions {
  secret: string | Buffer;
  page: OwnPage;
  /** The name without the prefix that binds the cookie to its host. */
  name: string;
  sameSite: 'strict' | 'lax';
}

/** Browsers take 4096 bytes of name and value. */
const PART_BYTES = 3800;
/** All parts come in one header line, which may have 16 KiB by default. */
const MAX_BYTES = 12 * 1024;
const MOST_PARTS = Math.ceil(MAX_BYTES / PART_BYTES);
/** Browsers take such a cookie only from the host itself, over TLS and for all paths: no sibling host can set it. */
const HOST_PREFIX = '__Host-';

/**
 * Returns an encrypted cookie. A long one is split into parts: the first begins with the number of parts, so that a part which
 * was left behind, or put there by others, does not count.
 */
export function sealedCookie<Content extends object>(options: CookieOptions): SealedCookie<Content> {
  const { secret, page, sameSite } = options;
  // The whole name is the use of the seal: a cookie that was made without TLS does not count where TLS is.
  const local = { name: options.name, seal: seal<Content>(secret, options.name) };
  const ofHost = {
    name: HOST_PREFIX + options.name,
    seal: seal<Content>(secret, HOST_PREFIX + options.name),
  };

  return {
    read(headers) {
      const { name, seal } = kindFor(headers);
      const text = joined(headers.cookie, name);
      return text === undefined ? undefined : seal.open(text);
    },

    write(request, reply, content, endsAt) {
      const { name, seal } = kindFor(request.headers);
      const text = seal.close(content, endsAt);
      if (text.length > MAX_BYTES)
        throw new ImageError('LOGIN_TOO_LARGE', { bytes: text.length, maximum: MAX_BYTES });
      const parts = split(text);
      const maxAge = Math.max(0, Math.floor((endsAt - Date.now()) / 1000));
      parts.forEach((value, at) => send(request, reply, partName(name, at), value, maxAge));
      drop(request, reply, name, parts.length);
    },

    clear: (request, reply) => drop(request, reply, kindFor(request.headers).name, 0),
  };

  function kindFor(headers: IncomingHttpHeaders): { name: string; seal: Seal<Content> } {
    return page.isLocal(headers) ? local : ofHost;
  }

  /** Removes the parts that the browser has, from one on. */
  function drop(request: FastifyRequest, reply: FastifyReply, name: string, from: number): void {
    const sent = parseCookie(request.headers.cookie ?? '');
    for (let at = from; at < MOST_PARTS; at += 1)
      if (partName(name, at) in sent) send(request, reply, partName(name, at), '', 0);
  }

  function send(request: FastifyRequest, reply: FastifyReply, name: string, value: string, maxAge: number) {
    const secure = !page.isLocal(request.headers);
    void reply.header(
      'set-cookie',
      stringifySetCookie({ name, value, maxAge, path: '/', httpOnly: true, secure, sameSite }),
    );
  }
}

function partName(name: string, at: number): string {
  return at === 0 ? name : `${name}-${at}`;
}

function split(text: string): string[] {
  const count = Math.ceil((text.length + 2) / PART_BYTES);
  const whole = `${count}.${text}`;
  return Array.from({ length: count }, (_, at) => whole.slice(at * PART_BYTES, (at + 1) * PART_BYTES));
}

/** Joins the parts that a browser sends; undefined when one is missing, or is there twice. */
function joined(header: string | undefined, name: string): string | undefined {
  if (header === undefined || !header.includes(name)) return undefined;
  const cookies = parseCookie(header);
  const count = Number(/^([1-9])\./.exec(cookies[name] ?? '')?.[1] ?? 0);
  const names = Array.from({ length: Math.min(count, MOST_PARTS) }, (_, at) => partName(name, at));
  if (names.length === 0 || names.some((each) => cookies[each] === undefined)) return undefined;
  const sent = header.split(';').map((pair) => /^[ \t]*([^=]*?)[ \t]*(?:=|$)/.exec(pair)?.[1]);
  // Of two cookies with one name, the gateway cannot tell which one it made for this place. Other blanks than these belong to
  // a name: a sibling host can set a cookie whose name begins with one, and would end the session with it.
  if (names.some((each) => sent.indexOf(each) !== sent.lastIndexOf(each))) return undefined;
  return names
    .map((each) => cookies[each])
    .join('')
    .slice(2);
}
