import { request, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON. */
  json: Record<string, unknown>;
}

export interface Sent {
  /** Headers that replace those of a browser; undefined leaves one out. */
  headers?: Record<string, string | undefined>;
  /** An object is sent as JSON, and a text as it is. */
  body?: object | string;
}

/** Sends one request with exactly these headers. */
export function send(
  url: string,
  method: string,
  headers: Record<string, string | undefined>,
  body?: string,
): Promise<Answer> {
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: Object.fromEntries(sent), agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        const isJson = response.headers['content-type']?.startsWith('application/json');
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A browser, as far as cookies and the headers about the sender go. Hosts share cookies over their ports. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** The `Set-Cookie` lines of the last answer. */
  setCookies: string[] = [];
  /** The addresses that the last navigation went through. */
  path: string[] = [];

  /**
   * @param url where the gateway listens
   * @param shown the address at which browsers reach it, behind a proxy
   */
  constructor(
    readonly url: string,
    readonly shown = url,
  ) {}

  /** A request by a script of the gateway's own page. */
  fetch(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Answer> {
    const own = {
      'sec-fetch-site': 'same-origin',
      ...(method === 'GET' ? {} : { origin: this.shown }),
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
    };
    return this.send(method, this.shown + path, { ...own, ...headers }, body);
  }

  /** Any request with the cookies. */
  async send(
    method: string,
    url: string,
    headers: Record<string, string | undefined> = {},
    body?: object | string,
  ): Promise<Answer> {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    const cookie = this.cookies.size > 0 ? this.cookieHeader() : undefined;
    const isOwn = url.startsWith(`${this.shown}/`);
    const host = isOwn ? { host: new URL(this.shown).host } : {};
    const at = isOwn ? this.url + url.slice(this.shown.length) : url;
    const answer = await send(at, method, { ...host, ...length, cookie, ...headers }, text);
    this.setCookies = answer.headers['set-cookie'] ?? [];
    for (const line of this.setCookies) this.take(line);
    return answer;
  }

  /** Goes to an address and follows redirects, as a browser does that a link of the page leads there. */
  async go(url: string, site = 'same-origin'): Promise<Answer> {
    this.path = [url];
    let answer = await this.send('GET', url, { 'sec-fetch-site': site });
    for (let count = 0; answer.headers.location !== undefined && count < 20; count += 1) {
      const next = new URL(answer.headers.location, this.path.at(-1)).href;
      this.path.push(next);
      answer = await this.send('GET', next, { 'sec-fetch-site': 'cross-site' });
    }
    return answer;
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Another browser with the same cookies, as a thief has it. */
  copy(url = this.url): Visitor {
    const thief = new Visitor(url, url === this.url ? this.shown : url);
    for (const [name, value] of this.cookies) thief.cookies.set(name, value);
    return thief;
  }

  private take(line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
    if (/;\s*max-age=0/i.test(line) || value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
