import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { readPolicyFile } from './policy-file.js';
import { EVERYBODY, readRule, type Check, type Target } from './policy-rule.js';
import { readRuleFile } from './rule-file.js';
import { SECURE_RBAC } from './secure-rbac.js';

/**
 * Glance's default policy: everybody may do everything, but only administrators may make images public (C21.1). Only
 * administrators may deactivate images, as the documentation of version 2 says; version 1 has no such operation.
 */
const SHIPPED = {
  get_images: '',
  get_image: '',
  add_image: '',
  modify_image: '',
  publicize_image: 'role:admin',
  communitize_image: '',
  delete_image: '',
  upload_image: '',
  download_image: '',
  copy_from: '',
  set_image_location: '',
  get_image_location: '',
  delete_image_location: '',
  get_members: '',
  add_member: '',
  get_member: '',
  modify_member: '',
  delete_member: '',
  deactivate: 'role:admin',
  reactivate: 'role:admin',
  manage_image_cache: 'role:admin',
};

/** Glance's name of a rule (contract C21). */
export type Rule = keyof typeof SHIPPED;

/** The rules that say who may do what. */
export interface Policy {
  /** The rules as they were read. Other rules have another text. */
  readonly text: string;
  /**
   * Refuses callers whom the rules refuse whatever the image is. Call it before any image is read. Where a rule compares
   * with the image, `requireOn` decides.
   *
   * @throws ImageError FORBIDDEN
   */
  require(caller: Caller, ...rules: Rule[]): void;
  /**
   * Refuses callers whom the rules refuse for this image.
   *
   * @throws ImageError FORBIDDEN
   */
  requireOn(caller: Caller, image: PolicyTarget, ...rules: Rule[]): void;
  /** Returns false when `requireOn` would refuse the caller. */
  allows(caller: Caller, image: PolicyTarget, rule: Rule): boolean;
  /** Returns true when the rule compares with the image for this caller, so that the whole image must be read. */
  asksImage(caller: Caller, rule: Rule): boolean;
  /** Returns true when the rule `context_is_admin` of a policy file makes the caller an administrator (contract C20.4). */
  makesAdmin(caller: Caller): boolean;
  /** Returns the check of a rule by its name, as the rule is at each call; undefined for no such rule. */
  named(name: string): ((caller: Caller) => boolean) | undefined;
  /**
   * Reads the file again. The old rules stay when the file is wrong.
   *
   * @throws RuleFileError
   */
  reload(): void;
}

/** An image for the rules to compare with: a row, with its properties where they were read. */
export type PolicyTarget = Readonly<Record<string, unknown>> & {
  readonly properties?: readonly { name: string; value: string | null }[];
};

/**
 * @param source `shipped` for the rules of Glance with version 1, `secure-rbac` for those of today's Glance, `open` for
 *   no rules, else the path of a policy file. The file's `default` replaces a rule that the file lacks; without a
 *   `default`, the shipped rule does.
 * @throws RuleFileError
 */
export function policy(source: string): Policy {
  let rules = readRules(source);

  return {
    get text() {
      return rules.text;
    },
    require(caller, ...wanted) {
      const refusing = wanted.find((rule) => rules.of(rule)(caller) === false);
      if (refusing) throw new ImageError('FORBIDDEN', { rule: refusing });
    },
    requireOn(caller, image, ...wanted) {
      const refusing = wanted.find((rule) => !holdsOn(caller, image, rule));
      if (refusing) throw new ImageError('FORBIDDEN', { rule: refusing });
    },
    allows: holdsOn,
    asksImage: (caller, rule) => rules.of(rule)(caller) === undefined,
    makesAdmin: (caller) => rules.written.get('context_is_admin')?.(caller, {}) === true,
    named(name) {
      if (!rules.written.has(name) && !Object.hasOwn(SHIPPED, name)) return undefined;
      return (caller) => rules.of(name as Rule)(caller, {}) === true;
    },
    reload() {
      rules = readRules(source);
    },
  };

  function holdsOn(caller: Caller, image: PolicyTarget, rule: Rule): boolean {
    const check = rules.of(rule);
    return (check(caller) ?? check(caller, targetOf(image))) === true;
  }
}

interface Rules {
  readonly text: string;
  /** The rules of the file. */
  readonly written: ReadonlyMap<string, Check>;
  of(rule: Rule): Check;
}

function readRules(source: string): Rules {
  if (source === 'open') return { text: source, written: new Map(), of: () => EVERYBODY };
  if (source === 'secure-rbac') return { text: source, written: new Map(), of: (rule) => SECURE_RBAC[rule] };
  const text = source === 'shipped' ? source : readRuleFile(source);
  const written =
    source === 'shipped' ? new Map<string, Check>() : readPolicyFile(source, text, SHIPPED_CHECKS);
  const preset = written.get('default');
  return { text, written, of: (rule) => written.get(rule) ?? preset ?? SHIPPED_CHECKS.get(rule)! };
}

const SHIPPED_CHECKS: ReadonlyMap<string, Check> = new Map(
  Object.entries({ ...SHIPPED, context_is_admin: 'role:admin' }).map(([name, rule]) => [
    name,
    readRule(rule, () => EVERYBODY),
  ]),
);

/** Returns the image under Glance's names. A column hides a property of the same name. */
function targetOf({ properties = [], ...image }: PolicyTarget): Target {
  const columns = Object.entries(image).map(([field, value]) => [
    field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    FLAGS.includes(field) ? Number(value) === 1 : value,
  ]);
  return {
    ...Object.fromEntries(properties.map(({ name, value }) => [name, value])),
    ...Object.fromEntries(columns),
    image_id: image.id,
    project_id: image.owner,
    is_public: image.visibility === 'public',
  };
}

const FLAGS = ['protected', 'hidden', 'deleted'];

/** @throws ImageError READ_ONLY for callers who may only read (contract C20.5) */
export function refuseReadOnly(caller: Caller): void {
  if (caller.readOnly) throw new ImageError('READ_ONLY');
}
