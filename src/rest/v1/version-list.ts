import { jsonAnswer, type Answer } from '../shared/answer.js';

/** The list of versions (contract C2.3 to C2.5); version 2 is not served here, so it is not in it. */
export function versionsAnswer(status: 200 | 300, base: string): Answer {
  const versions = ['v1.1', 'v1.0'].map((id) => ({
    id,
    status: 'DEPRECATED',
    links: [{ rel: 'self', href: `${base}/v1/` }],
  }));
  return jsonAnswer(status, { versions });
}
