import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A message that the program logs. */
export interface LogMessage {
  level: string;
  /** With `{…}` for each part that differs. */
  text: string;
  /** The fields beside those of every line. */
  fields: string[];
  /** The file that logs it, from the root of the project. */
  file: string;
}

const LEVELS = ['error', 'warn', 'info', 'debug'];

/** Returns every message that the sources in a folder log, the most severe first. */
export function logMessages(
  root: string,
  folder: string,
  isLeftOut: (file: string) => boolean,
): LogMessage[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !isLeftOut(name))
    .map((name) => join(root, folder, name));
  const all = files.flatMap((file) => messagesIn(file, relative(root, file)));
  const key = ({ level, text }: LogMessage) => `${LEVELS.indexOf(level)} ${text.toLowerCase()}`;
  return all.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function messagesIn(path: string, file: string): LogMessage[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: LogMessage[] = [];
  visit(source);
  return found;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const level = levelOf(node.expression);
      const text = level && node.arguments.map(textOf).find((each) => each !== undefined);
      if (level && text !== undefined && /[a-z]{3}/.test(text.replace(/\{\w*\}/g, '')))
        found.push({ level, text, fields: node.arguments.flatMap(fieldsOf), file });
    }
    ts.forEachChild(node, visit);
  }
}

/** Returns the level of `log.info(…)`, and of a function `warn(…)`, which the gateway gives to its parts. */
function levelOf(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text === 'warn' ? 'warn' : undefined;
  if (!ts.isPropertyAccessExpression(callee) || !LEVELS.includes(callee.name.text)) return undefined;
  return /\blog$/.test(callee.expression.getText()) ? callee.name.text : undefined;
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const parts = [textOf(node.left), textOf(node.right)];
    return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  }
  if (ts.isConditionalExpression(node)) return textOf(node.whenTrue);
  if (!ts.isTemplateExpression(node)) return undefined;
  const spans = node.templateSpans.map(({ expression, literal }) => {
    const [name = ''] = /\w+$/.exec(expression.getText()) ?? [];
    return `{${name}}${literal.text}`;
  });
  return node.head.text + spans.join('');
}

function fieldsOf(node: ts.Expression): string[] {
  if (!ts.isObjectLiteralExpression(node)) return [];
  return node.properties.flatMap(({ name }) => (name ? [name.getText()] : []));
}
