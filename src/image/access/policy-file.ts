import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { readRule, RuleFault, type Check } from './policy-rule.js';
import { RuleFileError } from './rule-file.js';

/** A rule as it stands in a file. */
interface WrittenRule {
  rule: unknown;
  line: number;
}

/**
 * Reads the rules in the text of a policy file of Glance, in YAML or JSON: a rule's name → a rule.
 *
 * @param path the file's, for errors
 * @param shipped rules that `rule:name` may refer to although the file lacks them
 * @throws RuleFileError with the number of the wrong line
 */
export function readPolicyFile(
  path: string,
  text: string,
  shipped: ReadonlyMap<string, Check>,
): Map<string, Check> {
  const written = readWritten(path, text);
  const checks = new Map<string, Check>();
  for (const name of written.keys()) read(name, []);
  return checks;

  /** @param within the names of the rules that are being read: each refers to the next */
  function read(name: string, within: readonly string[]): Check {
    const known = checks.get(name);
    if (known) return known;
    const { rule, line } = written.get(name)!;
    if (within.includes(name)) throw new RuleFileError(path, line, `${name} refers to itself`);
    try {
      const check = readRule(rule, (other) => {
        if (written.has(other)) return read(other, [...within, name]);
        const preset = shipped.get(other);
        if (!preset) throw new RuleFault(`there is no rule ${other}`);
        return preset;
      });
      checks.set(name, check);
      return check;
    } catch (error) {
      if (error instanceof RuleFault) throw new RuleFileError(path, line, `${name}: ${error.message}`);
      throw error;
    }
  }
}

function readWritten(path: string, text: string): Map<string, WrittenRule> {
  const { isMap, isScalar, LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const [fault] = document.errors;
  if (fault) throw new RuleFileError(path, lineAt(fault.pos[0]), fault.message);
  const written = new Map<string, WrittenRule>();
  if (document.contents === null) return written;
  if (!isMap(document.contents))
    throw new RuleFileError(path, 1, 'expected names of rules, each with its rule');
  for (const { key, value } of document.contents.items) {
    const line = lineAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
    if (!isScalar(key) || typeof key.value !== 'string') {
      throw new RuleFileError(path, line, 'expected the name of a rule');
    }
    written.set(key.value, { rule: (value as { toJSON(): unknown } | null)?.toJSON() ?? null, line });
  }
  return written;
}

/** Loads the reader of YAML, which a gateway without a policy file does not need. */
function yaml(): typeof Yaml {
  return createRequire(import.meta.url)('yaml') as typeof Yaml;
}
