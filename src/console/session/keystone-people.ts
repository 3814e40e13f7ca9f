import pLimit from 'p-limit';
import { IdentityUnavailable, type Warn } from '../../identity/caller.js';
import { projectsOf, type Project } from '../../identity/keystone-projects.js';
import { ImageError } from '../../image/errors.js';
import type { HttpClient, HttpRequest, WholeAnswer } from '../../network/http-client.js';
import { keystoneRoot, tokenIn } from '../../network/keystone-login.js';
import { readPersonToken, readReceipt, type Person } from './keystone-answers.js';
import type { Named } from './login-body.js';

/** A project as a person names it. */
export type WantedProject = { id: string } | Named;

/** The proof that a person shows to Keystone: the part `identity` of a request for a token. */
export interface Proof {
  readonly identity: object;
  /** The receipt of the first factor, for the second one. */
  readonly receipt?: string;
  /** True for an application credential, which has a project of its own. */
  readonly hasProject?: boolean;
}

/** The logins of people at Keystone. */
export interface KeystonePeople {
  /**
   * Logs a person in to a project: the wanted one, or Keystone's default, or the first one by name.
   *
   * @throws PasscodeNeeded, IdentityUnavailable
   * @throws ImageError LOGIN_FAILED, PASSWORD_EXPIRED, NO_PROJECT, PROJECT_REFUSED, LOGIN_NOT_ACCEPTED
   */
  logIn(proof: Proof, wanted: WantedProject | undefined): Promise<Person>;
  /** Exchanges a token for one of another project, with the same end. @throws ImageError PROJECT_REFUSED */
  rescope(token: string, wanted: WantedProject): Promise<Person>;
  /** Returns the projects of a person, by name. @throws Unauthenticated, IdentityUnavailable */
  projects(token: string): Promise<Project[]>;
  /** Makes a token count no longer. @throws IdentityUnavailable */
  revoke(token: string): Promise<void>;
}

/** The password is right, and Keystone wants a code too. */
export class PasscodeNeeded extends Error {
  constructor(
    readonly receipt: string,
    readonly userId: string,
    readonly endsAt: number,
  ) {
    super('Keystone wants a second factor');
  }
}

const MAX_CONCURRENT = 8;
const MAX_WAITING = 100;

export function keystonePeople(http: HttpClient, authUrl: string, warn: Warn): KeystonePeople {
  const root = keystoneRoot(authUrl);
  const limit = pLimit(MAX_CONCURRENT);
  const revoking = pLimit(MAX_CONCURRENT);

  return {
    async logIn(proof, wanted) {
      const { identity, receipt, hasProject = false } = proof;
      // Two steps tell a wrong password from a project without access; Keystone answers both in the same way.
      const scope = wanted && !hasProject ? 'unscoped' : undefined;
      const first = personIn(await ask({ identity, ...(scope ? { scope } : {}) }, receipt));
      if (hasProject || (!wanted && first.project)) return first;
      return rescope(first.token, wanted ?? (await anyProject(first.token)));
    },
    rescope,
    projects,
    async revoke(token) {
      const headers = { 'x-auth-token': token, 'x-subject-token': token };
      // Logins that wait must not keep a log-out waiting.
      const { status } = await revoking(() => http.ask(`${root}/auth/tokens`, { method: 'DELETE', headers }));
      // Keystone does not know a token that has ended already.
      if (![204, 401, 404].includes(status)) throw unusable(`answered ${status} to the end of a session`);
    },
  };

  async function anyProject(token: string): Promise<WantedProject> {
    const [first] = await projects(token);
    if (!first) throw new ImageError('NO_PROJECT');
    return { id: first.id };
  }

  async function rescope(token: string, wanted: WantedProject): Promise<Person> {
    const project =
      'id' in wanted ? { id: wanted.id } : { name: wanted.name, domain: { name: wanted.domain } };
    const identity = { methods: ['token'], token: { id: token } };
    const answer = await ask({ identity, scope: { project } });
    if (answer.status !== 201) throw refusal(answer, 'PROJECT_REFUSED');
    return personIn(answer);
  }

  async function projects(token: string): Promise<Project[]> {
    const found = await projectsOf(token, send);
    if (!Array.isArray(found)) throw refusal(found, 'LOGIN_FAILED');
    return found;
  }

  function ask(auth: object, receipt?: string): Promise<WholeAnswer> {
    return send('/auth/tokens?nocatalog', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(receipt === undefined ? {} : { 'openstack-auth-receipt': receipt }),
      },
      body: JSON.stringify({ auth }),
    });
  }

  /** Password hashes take long, so that many logins at once would keep Keystone from all else. */
  async function send(path: string, request: HttpRequest): Promise<WholeAnswer> {
    if (limit.pendingCount >= MAX_WAITING) throw new IdentityUnavailable('too many logins wait for Keystone');
    try {
      return await limit(() => http.ask(root + path, request));
    } catch (cause) {
      warn('Keystone cannot be asked', cause);
      throw new IdentityUnavailable('Keystone cannot be asked', { cause });
    }
  }

  function personIn(answer: WholeAnswer): Person {
    if (answer.status !== 201) throw refusal(answer, 'LOGIN_FAILED');
    const person = readPersonToken(answer.headers['x-subject-token'], tokenIn(answer.json()));
    return person ?? fail('answered a login with something that is no token');
  }

  /** Returns the reason why Keystone gives no token. */
  function refusal(answer: WholeAnswer, code: 'LOGIN_FAILED' | 'PROJECT_REFUSED'): Error {
    const { status } = answer;
    const receipt = answer.headers['openstack-auth-receipt'];
    if (status === 401 && receipt !== undefined) return secondFactor(receipt, answer.json());
    if (status === 401 && /password is expired/i.test(answer.text)) return new ImageError('PASSWORD_EXPIRED');
    if ([400, 401, 403, 404].includes(status)) return new ImageError(code);
    return unusable(`answered ${status} to a login`);
  }

  function secondFactor(receipt: string, body: unknown): Error {
    const found = readReceipt(body);
    if (!found) return unusable('answered a login with something that is no receipt');
    if (found.takesCode) return new PasscodeNeeded(receipt, found.userId, found.endsAt);
    return new ImageError('LOGIN_NOT_ACCEPTED', { reason: 'the account needs a factor other than a code.' });
  }

  function unusable(problem: string): IdentityUnavailable {
    warn(`Keystone ${problem}`);
    return new IdentityUnavailable(`Keystone ${problem}`);
  }

  function fail(problem: string): never {
    throw unusable(problem);
  }
}
