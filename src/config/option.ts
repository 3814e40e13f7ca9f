import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  MinLength,
  ValidateBy,
} from 'class-validator';
import 'reflect-metadata';

/** An option, for the reference page, the command line and `readConfig`. */
export interface Option {
  /** The property of `Config` that holds the value. */
  property: string;
  /** Name of the environment variable. The flag is the same in lower case with dashes. */
  name: string;
  /** Plain sentences about the effect of the option, with its unit and the effect of leaving it unset. */
  meaning: string;
  /** The values that the option accepts; completes "expected …". */
  allowed: string;
  /** The value when the operator gives none; undefined when the option is unset by default. */
  default: unknown;
  /** True when the operator must give a value. */
  required: boolean;
  /** True when the value can be a secret, which errors must not show. */
  secret: boolean;
  parse: (text: string) => unknown;
  /** Returns what is wrong with a value that is refused. Unset: the error says what is allowed. */
  fault?: (text: string) => string | undefined;
}

interface Described {
  meaning: string;
  /** True for an option that must have a value. */
  required?: boolean;
}

/** Declares an option that is a text. Without a default it is unset. */
export function TextOption(name: string, describe: Described & { default?: string; secret?: boolean }) {
  const checks = [IsString(), MinLength(1)];
  if (mayBeUnset(describe)) checks.push(IsOptional());
  return option(name, describe, 'a text that is not empty', (text) => text, checks);
}

/** Declares an option that is a whole number within bounds. Without a default it is unset. */
export function IntegerOption(
  name: string,
  describe: Described & { default?: number; min: number; max: number },
) {
  const allowed = `a whole number from ${describe.min} to ${describe.max}`;
  const parse = (text: string) => (/^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN);
  const checks = [IsInt(), Min(describe.min), Max(describe.max)];
  if (mayBeUnset(describe)) checks.push(IsOptional());
  return option(name, describe, allowed, parse, checks);
}

/** Declares an option that is true or false. */
export function FlagOption(name: string, describe: Described & { default: boolean }) {
  const words: Record<string, boolean> = {
    true: true,
    1: true,
    yes: true,
    false: false,
    0: false,
    no: false,
  };
  return option(name, describe, 'true or false', (text) => words[text.trim().toLowerCase()] ?? text, [
    IsBoolean(),
  ]);
}

/** Declares an option that is one of a few words. */
export function ChoiceOption(
  name: string,
  describe: Described & { default?: string; choices: readonly string[] },
) {
  const checks = [IsIn(describe.choices)];
  if (mayBeUnset(describe)) checks.push(IsOptional());
  return option(name, describe, `one of ${describe.choices.join(', ')}`, (text) => text.trim(), checks);
}

/** Declares an option that is a list of texts, separated by commas. */
export function ListOption(
  name: string,
  describe: Described & {
    default: readonly string[];
    each?: (text: string) => boolean;
    allowed: string;
  },
) {
  const parse = (text: string) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  const checks = describe.required ? [ArrayNotEmpty()] : [];
  if (describe.each) checks.push(satisfies(describe.each, true));
  return option(name, describe, describe.allowed, parse, checks);
}

/** Declares an option that is a text of a certain form. */
export function FormOption(
  name: string,
  describe: Described & {
    default?: string;
    secret?: boolean;
    allowed: string;
    check: (text: string) => boolean;
    fault?: Option['fault'];
  },
) {
  const checks = [satisfies(describe.check, false)];
  if (mayBeUnset(describe)) checks.push(IsOptional());
  return option(name, describe, describe.allowed, (text) => text.trim(), checks);
}

/** Returns the options of a class, in the order of their declaration. */
export function optionsOf(target: object): Option[] {
  return (Reflect.getMetadata(OPTIONS, target) as Option[] | undefined) ?? [];
}

const OPTIONS = Symbol('options');

function option(
  name: string,
  describe: Described & { default?: unknown; secret?: boolean; fault?: Option['fault'] },
  allowed: string,
  parse: Option['parse'],
  checks: PropertyDecorator[],
): PropertyDecorator {
  return (target, property) => {
    for (const check of checks) check(target, property);
    const options = optionsOf(target);
    options.push({
      property: String(property),
      name,
      meaning: describe.meaning,
      allowed,
      default: describe.default,
      required: describe.required ?? false,
      secret: describe.secret ?? false,
      parse,
      fault: describe.fault,
    });
    Reflect.defineMetadata(OPTIONS, options, target);
  };
}

function mayBeUnset(describe: Described & { default?: unknown }): boolean {
  return describe.default === undefined && !describe.required;
}

function satisfies(check: (text: string) => boolean, each: boolean): PropertyDecorator {
  return ValidateBy(
    {
      name: 'satisfies',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && check(value),
        defaultMessage: () => 'has another form',
      },
    },
    { each },
  );
}
