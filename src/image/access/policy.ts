import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { readPolicyFile } from './policy-file.js';
import { EVERYBODY, readRule, type Check, type Target } from './policy-rule.js';
import { SECURE_RBAC } from './secure-rbac.js';

/**
 * Glance's own policy, rule by rule: everything to everybody, making public to administrators (C21.1). Withholding
 * data, which version 1 cannot do, is for administrators as the documentation of version 2 has it.
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

/** Glance's names for what one may do (contract C21). */
export type Rule = keyof typeof SHIPPED;

/** Who may do what. */
export interface Policy {
  /**
   * Asked before any image is looked at: refuses whom the rules refuse whatever the image is. Where a rule
   * compares with the image, `requireOn` has the last word.
   *
   * @throws ImageError FORBIDDEN
   */
  require(caller: Caller, ...rules: Rule[]): void;
  /**
   * Asked once the image is known.
   *
   * @throws ImageError FORBIDDEN
   */
  requireOn(caller: Caller, image: PolicyTarget, ...rules: Rule[]): void;
  /** What `requireOn` would say of one rule. */
  allows(caller: Caller, image: PolicyTarget, rule: Rule): boolean;
  /** True when the rule compares with the image for this caller, so that all of it has to be read. */
  asksImage(caller: Caller, rule: Rule): boolean;
  /** True when the rule `context_is_admin` of a policy file makes this caller administrator (contract C20.4). */
  makesAdmin(caller: Caller): boolean;
  /** The check of any rule of the policy by its name, as it is at the time of asking; undefined for none. */
  named(name: string): ((caller: Caller) => boolean) | undefined;
  /**
   * Reads the file again; whatever is wrong with it, the old rules stay.
   *
   * @throws RuleFileError
   */
  reload(): void;
}

/** An image as the rules see it: a row, with its properties where they were read. */
export type PolicyTarget = Readonly<Record<string, unknown>> & {
  readonly properties?: readonly { name: string; value: string | null }[];
};

/**
 * @param source `shipped` for the rules of Glance with version 1, `secure-rbac` for those of today, `open` for no rules,
 *   else the path of a policy file. A rule that the file lacks is its `default`, and without a `default` the shipped
 *   rule.
 * @throws RuleFileError
 */
export function policy(source: string): Policy {
  let rules = readRules(source);

  return {
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
  /** What the file says. */
  readonly written: ReadonlyMap<string, Check>;
  of(rule: Rule): Check;
}

function readRules(source: string): Rules {
  if (source === 'open') return { written: new Map(), of: () => EVERYBODY };
  if (source === 'secure-rbac') return { written: new Map(), of: (rule) => SECURE_RBAC[rule] };
  const written = source === 'shipped' ? new Map<string, Check>() : readPolicyFile(source, SHIPPED_CHECKS);
  const preset = written.get('default');
  return { written, of: (rule) => written.get(rule) ?? preset ?? SHIPPED_CHECKS.get(rule)! };
}

const SHIPPED_CHECKS: ReadonlyMap<string, Check> = new Map(
  Object.entries({ ...SHIPPED, context_is_admin: 'role:admin' }).map(([name, rule]) => [
    name,
    readRule(rule, () => EVERYBODY),
  ]),
);

/** The image under Glance's names, its properties beside its columns, which win. */
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

/** @throws ImageError READ_ONLY for callers who may look but not touch (contract C20.5) */
export function refuseReadOnly(caller: Caller): void {
  if (caller.readOnly) throw new ImageError('READ_ONLY');
}
