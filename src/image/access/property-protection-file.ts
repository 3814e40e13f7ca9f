import { comparableRole, type Caller } from '../../identity/caller.js';
import type { Policy } from './policy.js';
import { RuleFileError } from './rule-file.js';

const ACTIONS = ['create', 'read', 'update', 'delete'] as const;
export type PropertyAction = (typeof ACTIONS)[number];

/** A section of the file: names of properties, and who may do what with them. */
export interface Protection {
  names: RegExp;
  allows: Record<PropertyAction, (caller: Caller) => boolean>;
}

/**
 * Reads the text of a file in Glance's own format: sections named by a regular expression, each with lines such as
 * `read = admin,member`; `@` is everybody and `!` nobody. Nobody may do an action that a section does not name.
 *
 * @param path the file's, for errors
 * @throws RuleFileError with the number of the wrong line
 */
export function readProtectionFile(
  path: string,
  text: string,
  format: 'roles' | 'policies',
  policy: Policy,
): Protection[] {
  const protections: Protection[] = [];
  const headers = new Set<string>();
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  let named = new Set<string>();
  lines.forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const fail = (problem: string): never => {
      throw new RuleFileError(path, index + 1, problem);
    };
    const [, header] = /^\[(.+)\]$/.exec(line) ?? [];
    if (header !== undefined) {
      if (headers.has(header)) fail(`[${header}] stands there twice`);
      headers.add(header);
      named = new Set();
      protections.push({ names: expression(header, fail), allows: nobody() });
      return;
    }
    const [, name = '', value = ''] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    const action = ACTIONS.find((each) => each === name.toLowerCase());
    const protection = protections.at(-1);
    if (!protection) return fail('expected a section first, such as [^x_.*]');
    if (!action) return fail(`expected a section, or one of ${ACTIONS.join(', ')} with = and who may`);
    if (named.has(action)) fail(`${action} is said twice`);
    named.add(action);
    protection.allows[action] = format === 'roles' ? byRoles(value, fail) : byPolicy(value, policy, fail);
  });
  return protections;
}

function nobody(): Protection['allows'] {
  const never = () => false;
  return { create: never, read: never, update: never, delete: never };
}

/** Reads a regular expression of Python. JavaScript refuses the rare forms that differ, so that none is misread. */
function expression(header: string, fail: (problem: string) => never): RegExp {
  try {
    return new RegExp(header, 'u');
  } catch {
    return fail(`[${header}] is not a regular expression that is understood here`);
  }
}

function byRoles(value: string, fail: (problem: string) => never): (caller: Caller) => boolean {
  const names = value.split(',').map((name) => comparableRole(name.trim()));
  if (names.includes('@') && names.includes('!')) fail('@ and ! cannot both be said');
  if (names.includes('@')) return () => true;
  if (names.includes('!')) return () => false;
  return ({ roles }) => roles.some((role) => names.includes(role));
}

function byPolicy(
  value: string,
  policy: Policy,
  fail: (problem: string) => never,
): (caller: Caller) => boolean {
  if (value === '@') return () => true;
  if (value === '!' || value === '') return () => false;
  if (value.includes(',')) fail('expected one rule; the policy file can combine several');
  if (!policy.named(value)) fail(`the policy has no rule ${value}`);
  // The rule is looked up each time, since the policy may have been read again.
  return (caller) => policy.named(value)?.(caller) ?? false;
}
