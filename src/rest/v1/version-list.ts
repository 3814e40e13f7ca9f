import { jsonAnswer, type Answer } from '../shared/answer.js';

/** Returns the answer with the list of versions (contract C2.3 to C2.5). The gateway does not serve version 2. */
export function versionsAnswer(status: 200 | 300, base: string): Answer {
  const versions = ['v1.1', 'v1.0'].map((id) => ({
    id,
    status: 'DEPRECATED',
    links: [{ rel: 'self', href: `${base}/v1/` }],
  }));
  return jsonAnswer(status, { versions });
}
