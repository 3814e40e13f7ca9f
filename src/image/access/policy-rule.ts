import { comparableRole, type Caller } from '../../identity/caller.js';

/** The values of an image that a rule may compare with, by Glance's names: `owner`, `visibility`, a property's name, … */
export type Target = Readonly<Record<string, unknown>>;

/** Returns true when the caller may; undefined when that depends on the image, and there is no target. */
export type Check = (caller: Caller, target?: Target) => boolean | undefined;

/** A rule with a wrong form. Its message completes "…: ". */
export class RuleFault extends Error {}

export const EVERYBODY: Check = () => true;
export const NOBODY: Check = () => false;

/**
 * Reads a rule in the language of Glance's policy files: a text such as `role:admin or project_id:%(owner)s`, or the
 * older list of lists, in which all parts of one list must hold.
 *
 * @param named returns the check of another rule, for `rule:name`
 * @throws RuleFault
 */
export function readRule(rule: unknown, named: (name: string) => Check): Check {
  if (Array.isArray(rule)) return readLists(rule, named);
  if (typeof rule !== 'string') throw new RuleFault('expected a text or a list');
  const tokens = rule.match(TOKEN) ?? [];
  if (tokens.length === 0) return EVERYBODY;
  const check = readEither(tokens, named);
  if (tokens.length > 0) throw new RuleFault(`${tokens[0]} is not expected there`);
  return check;
}

const TOKEN = /[()]|(?:%\([^()\s]*\)s|[^()\s])+/g;

function readLists(lists: readonly unknown[], named: (name: string) => Check): Check {
  if (lists.length === 0) return EVERYBODY;
  const branches = lists.map((list) => {
    const parts = Array.isArray(list) ? (list as unknown[]) : [list];
    if (!parts.every((part) => typeof part === 'string')) throw new RuleFault('expected texts in the list');
    return both(parts.map((part) => readCheck(part, named)));
  });
  return either(branches);
}

function readEither(tokens: string[], named: (name: string) => Check): Check {
  const branches = [readBoth(tokens, named)];
  while (takes(tokens, 'or')) branches.push(readBoth(tokens, named));
  return either(branches);
}

function readBoth(tokens: string[], named: (name: string) => Check): Check {
  const parts = [readNot(tokens, named)];
  while (takes(tokens, 'and')) parts.push(readNot(tokens, named));
  return both(parts);
}

function readNot(tokens: string[], named: (name: string) => Check): Check {
  if (takes(tokens, 'not')) {
    const check = readNot(tokens, named);
    return (caller, target) => {
      const holds = check(caller, target);
      return holds === undefined ? undefined : !holds;
    };
  }
  if (!takes(tokens, '(')) return readCheck(tokens.shift(), named);
  const check = readEither(tokens, named);
  if (!takes(tokens, ')')) throw new RuleFault('a parenthesis is not closed');
  return check;
}

function takes(tokens: string[], word: string): boolean {
  if (tokens[0]?.toLowerCase() !== word) return false;
  tokens.shift();
  return true;
}

function either(branches: readonly Check[]): Check {
  if (branches.length === 1) return branches[0];
  return (caller, target) => {
    const answers = branches.map((branch) => branch(caller, target));
    return answers.includes(true) || (answers.includes(undefined) ? undefined : false);
  };
}

function both(parts: readonly Check[]): Check {
  if (parts.length === 1) return parts[0];
  return (caller, target) => {
    const answers = parts.map((part) => part(caller, target));
    return !answers.includes(false) && (answers.includes(undefined) ? undefined : true);
  };
}

function readCheck(token: string | undefined, named: (name: string) => Check): Check {
  if (token === undefined) throw new RuleFault('a check is missing at the end');
  if (token === '@') return EVERYBODY;
  if (token === '!') return NOBODY;
  const [, kind, match] = /^([^:]+):(.+)$/.exec(token) ?? [];
  if (kind === undefined) {
    throw new RuleFault(`${token} is no check; expected one such as role:admin, rule:name, @ or !`);
  }
  if (kind === 'rule') return named(match);
  if (kind === 'http' || kind === 'https')
    throw new RuleFault('rules that ask another server are not known here');
  if (kind === 'role') return comparing(match, ({ roles }, wanted) => roles.includes(comparableRole(wanted)));
  const literal = LITERAL.exec(kind);
  if (literal) return comparing(match, (_, wanted) => wanted === (literal[2] ?? kind));
  const attribute = Object.hasOwn(ATTRIBUTES, kind) ? ATTRIBUTES[kind] : undefined;
  // As in Glance, an unknown attribute of a caller equals nothing.
  return attribute ? comparing(match, (caller, wanted) => attribute(caller) === wanted) : NOBODY;
}

const LITERAL = /^(?:(['"])(.*)\1|True|False|None|\d+)$/;

/** The attributes of a caller. Null equals nothing: a caller without a tenant must not own the images without an owner. */
const ATTRIBUTES: Record<string, (caller: Caller) => string | null> = {
  is_admin: ({ isAdmin }) => pythonText(isAdmin),
  user: ({ user }) => user,
  user_id: ({ user }) => user,
  tenant: ({ tenant }) => tenant,
  tenant_id: ({ tenant }) => tenant,
  project_id: ({ tenant }) => tenant,
};

/** Fills `%(name)s` from the image. A name that the image lacks equals nothing. */
function comparing(match: string, equals: (caller: Caller, wanted: string) => boolean): Check {
  if (!/%\([^()]*\)s/.test(match)) return (caller) => equals(caller, match);
  return (caller, target) => {
    if (target === undefined) return undefined;
    let isKnown = true;
    const wanted = match.replace(/%\(([^()]*)\)s/g, (_, name: string) => {
      if (!Object.hasOwn(target, name)) isKnown = false;
      return pythonText(target[name]);
    });
    return isKnown && equals(caller, wanted);
  };
}

function pythonText(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  return value === null ? 'None' : String(value);
}
