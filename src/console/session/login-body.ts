import { badInput } from '../../image/errors.js';

/** Something that Keystone finds by its name in a domain. */
export interface Named {
  readonly name: string;
  /** The name of the domain. */
  readonly domain: string;
}

/** The body of a login, in one of its forms. */
export type Login =
  | { kind: 'password'; user: Named; password: string; project?: Named }
  | { kind: 'credential'; credential: { id: string } | { name: string; user: Named }; secret: string }
  | { kind: 'passcode'; passcode: string };

/** The domain that Keystone makes for itself. */
export const DEFAULT_DOMAIN = 'Default';

/** Characters of a name: Keystone's columns have no more. */
const LONGEST_NAME = 255;
/** Characters of a password or a secret: Keystone's `max_password_length` allows no more by default. */
const LONGEST_SECRET = 4096;

/** Field → the most characters that it may have. */
const FIELDS = {
  user: LONGEST_NAME,
  domain: LONGEST_NAME,
  password: LONGEST_SECRET,
  project: LONGEST_NAME,
  projectDomain: LONGEST_NAME,
  applicationCredentialId: LONGEST_NAME,
  applicationCredentialName: LONGEST_NAME,
  applicationCredentialSecret: LONGEST_SECRET,
  passcode: 64,
};

type Field = keyof typeof FIELDS;

/**
 * Checks the body of a login. The form of a login follows from its fields.
 *
 * @throws ImageError BAD_USER_INPUT, which never quotes a value
 */
export function loginIn(body: unknown): Login {
  const sent = textsIn(body, FIELDS);
  const domain = sent.domain ?? DEFAULT_DOMAIN;
  if (sent.passcode !== undefined) {
    only(sent, ['passcode']);
    return { kind: 'passcode', passcode: sent.passcode };
  }
  if (sent.applicationCredentialId !== undefined) {
    only(sent, ['applicationCredentialId', 'applicationCredentialSecret']);
    const secret = needed(sent, 'applicationCredentialSecret');
    return { kind: 'credential', credential: { id: sent.applicationCredentialId }, secret };
  }
  const user = { name: needed(sent, 'user'), domain };
  if (sent.applicationCredentialName !== undefined) {
    only(sent, ['applicationCredentialName', 'applicationCredentialSecret', 'user', 'domain']);
    const secret = needed(sent, 'applicationCredentialSecret');
    return { kind: 'credential', credential: { name: sent.applicationCredentialName, user }, secret };
  }
  only(sent, ['user', 'domain', 'password', 'project', 'projectDomain']);
  const project =
    sent.project === undefined ? undefined : { name: sent.project, domain: sent.projectDomain ?? domain };
  return { kind: 'password', user, password: needed(sent, 'password'), project };
}

/** Returns the id of a project in a body. @throws ImageError BAD_USER_INPUT */
export function projectIn(body: unknown): string {
  return needed(textsIn(body, { project: LONGEST_NAME }), 'project');
}

/** Returns the fields of a body that are there. Null is as absent, since forms send it for an empty field. */
function textsIn<Name extends string>(
  body: unknown,
  fields: Record<Name, number>,
): Partial<Record<Name, string>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badInput('body', 'must be an object');
  const entries = Object.entries(body).filter(([, value]) => value !== null);
  for (const [name, value] of entries) {
    if (!Object.hasOwn(fields, name)) throw badInput('body', 'has a field that is not known');
    const most = fields[name as Name];
    if (typeof value !== 'string' || value === '') throw badInput(name, 'must be a text that is not empty');
    if (value.length > most) throw badInput(name, `may have ${most} characters`);
    // Keystone fails at some of these only for accounts that exist, which would tell them.
    if (/[\p{Cc}\p{Cs}]/u.test(value)) throw badInput(name, 'must have no control characters');
  }
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}

function needed<Name extends string>(sent: Partial<Record<Name, string>>, name: Name): string {
  const value = sent[name];
  if (value === undefined) throw badInput(name, 'must be given');
  return value;
}

/** Refuses a mix of two forms of a login. */
function only(sent: Partial<Record<Field, string>>, allowed: readonly Field[]): void {
  const other = Object.keys(sent).find((name) => !(allowed as readonly string[]).includes(name));
  if (other !== undefined) throw badInput(other, `does not go with ${allowed[0]}`);
}
