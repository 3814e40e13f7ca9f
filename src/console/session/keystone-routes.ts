import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IdentityUnavailable } from '../../identity/caller.js';
import type { Tenants } from '../../identity/tenants.js';
import { ImageError } from '../../image/errors.js';
import { accountKey, type Attempts } from './attempts.js';
import type { Person } from './keystone-answers.js';
import { PasscodeNeeded, type KeystonePeople, type Proof, type WantedProject } from './keystone-people.js';
import { DEFAULT_DOMAIN, loginIn, projectIn, type Login, type Named } from './login-body.js';
import type { SealedCookie } from './sealed-cookie.js';
import { endBefore, enter, goOn, LOGIN_BODY, required, type SessionParts } from './session-parts.js';
import type { Session } from './sessions.js';

export interface KeystoneParts extends SessionParts {
  people: KeystonePeople;
  tenants: Pick<Tenants, 'domainNames'>;
  receipts: SealedCookie<Receipt>;
  attempts: Attempts;
  addressOf: (request: FastifyRequest) => string;
}

/** A login that waits for its second factor. */
export interface Receipt {
  readonly receipt: string;
  readonly userId: string;
  /** The account for which attempts are counted. */
  readonly account: string;
  readonly project?: Named;
}

/** The time for the second factor, also where Keystone gives more. */
const RECEIPT_MS = 5 * 60 * 1000;

/** Registers the routes to log in at Keystone, and to change the project. */
export function keystoneRoutes(server: FastifyInstance, parts: KeystoneParts): void {
  const { sessions, people, receipts, attempts } = parts;

  server.post('/console/session', LOGIN_BODY, async (request, reply) => {
    const login = loginIn(request.body);
    const { proof, account, wanted } = proofOf(login, request);
    const address = parts.addressOf(request);
    const takeBack = attempts.begin(address, account);
    const before = sessions.of(request.headers);
    const begunAt = Date.now();
    try {
      const person = await people.logIn(proof, wanted);
      takeBack();
      const shown = await enter(sessions, sessionOf(person), request, reply);
      receipts.clear(request, reply);
      if (before) await endBefore(sessions, before, () => people.revoke(before.token));
      request.log.info({ user: shown.user, address }, 'logged in to the console');
      return shown;
    } catch (error) {
      if (isFailedGuess(error)) await wait(begunAt + FAILURE_MS + Math.random() * JITTER_MS - Date.now());
      else takeBack();
      const { code = 'IDENTITY_UNAVAILABLE' } = error as { code?: string };
      if (!(error instanceof PasscodeNeeded)) request.log.info({ code, address }, 'no login to the console');
      throw error instanceof PasscodeNeeded ? askForCode(error, login, account, request, reply) : error;
    }
  });

  server.put('/console/session', LOGIN_BODY, async (request, reply) => {
    const session = required(sessions, request);
    const id = projectIn(request.body);
    let person: Person;
    try {
      person = await people.rescope(session.token, { id });
    } catch (error) {
      // Keystone refuses a project and a token that has ended in the same way.
      if (error instanceof ImageError) await sessions.shown(session, request, true);
      throw error;
    }
    const { token } = person;
    const next = sessionOf(person, session.id);
    const shown = await goOn(sessions, next, request, reply, () => people.revoke(token));
    // Nobody has the old token any more but those who copied it.
    await people.revoke(session.token).catch(() => undefined);
    return shown;
  });

  server.get('/console/session/projects', async (request) => {
    const session = required(sessions, request);
    await sessions.shown(session, request);
    const { project } = session;
    const found = await people.projects(session.token);
    const domains = new Map<string | null, string | null | undefined>([['default', DEFAULT_DOMAIN]]);
    const current = found.find(({ id }) => id === project?.id);
    if (current) domains.set(current.domainId, project?.domain);
    const ids = found.flatMap(({ domainId }) => domainId ?? []);
    for (const [id, name] of await parts.tenants.domainNames(ids)) domains.set(id, name);
    return {
      projects: found.map(({ id, name, domainId }) => ({
        ...{ id, name, domain: domains.get(domainId) ?? domainId },
        isCurrent: id === project?.id,
      })),
    };
  });

  function proofOf(
    login: Login,
    request: FastifyRequest,
  ): { proof: Proof; account: string; wanted?: WantedProject } {
    if (login.kind === 'passcode') return proofOfCode(login.passcode, request);
    if (login.kind === 'credential') return proofOfCredential(login);
    const { user, password, project } = login;
    const identity = { methods: ['password'], password: { user: { ...asKeystone(user), password } } };
    return { proof: { identity }, account: accountKey(user.domain, user.name), wanted: project };
  }

  function proofOfCode(passcode: string, request: FastifyRequest) {
    const found = receipts.read(request.headers);
    if (!found) throw new ImageError('LOGIN_EXPIRED');
    const { receipt, userId, account, project } = found;
    const identity = { methods: ['totp'], totp: { user: { id: userId, passcode } } };
    return { proof: { identity, receipt }, account, wanted: project };
  }

  function askForCode(
    { receipt, userId, endsAt }: PasscodeNeeded,
    login: Login,
    account: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): ImageError {
    const project = login.kind === 'password' ? login.project : undefined;
    const kept = { receipt, userId, account, project };
    receipts.write(request, reply, kept, Math.min(endsAt, Date.now() + RECEIPT_MS));
    return new ImageError('PASSCODE_REQUIRED');
  }
}

function sessionOf({ token, userName, project, endsAt }: Person, id: string = randomUUID()): Session {
  return { id, token, tokenEndsAt: endsAt, endsAt, userName, project };
}

function proofOfCredential({ credential, secret }: Extract<Login, { kind: 'credential' }>) {
  const named =
    'id' in credential ? credential : { name: credential.name, user: asKeystone(credential.user) };
  const identity = {
    methods: ['application_credential'],
    application_credential: { ...named, secret },
  };
  const account =
    'id' in credential
      ? accountKey('', credential.id)
      : accountKey(credential.user.domain, credential.user.name);
  return { proof: { identity, hasProject: true }, account };
}

/** The time that each failure takes, so that it does not tell whether Keystone has compared a password. */
const FAILURE_MS = 1000;
const JITTER_MS = 250;

/** Returns true for a refusal after which a guesser would try again. A failure of Keystone itself may tell something, too. */
function isFailedGuess(error: unknown): boolean {
  if (error instanceof IdentityUnavailable) return error.cause === undefined;
  return error instanceof ImageError && error.code === 'LOGIN_FAILED';
}

function asKeystone({ name, domain }: Named): object {
  return { name, domain: { name: domain } };
}
