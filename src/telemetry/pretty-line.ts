import { prettyFactory } from 'pino-pretty';

/**
 * Returns a function that writes a line of the log for people: time, level, message, then the fields.
 *
 * @param isTerminal true for colours
 */
export function prettyLines(isTerminal: boolean): (line: string) => string {
  const pretty = prettyFactory({
    colorize: isTerminal,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return (line) => pretty(withoutControls(line));
}

/**
 * Shows control characters in place of sending them to a terminal: a client may have chosen the text.
 *
 * @param line JSON, in which a control character is escaped, or one beyond ASCII
 */
function withoutControls(line: string): string {
  return line
    .replace(/\\(u00[019][0-9a-f]|[^])/gi, (pair, escaped: string) =>
      escaped.length > 1 ? `\\${pair}` : pair,
    )
    .replace(/[\x7f-\x9f]/g, (control) => `\\\\u00${control.charCodeAt(0).toString(16)}`);
}
