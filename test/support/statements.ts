import { channel } from 'node:diagnostics_channel';

/**
 * The statements on images that this process sends to MySQL while something is done, in their order. The
 * driver tells them to whoever listens.
 */
export async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const listener = (message: unknown) => {
    const { query } = message as { query: string };
    if (/\bimage/.test(query)) seen.push(query);
  };
  const channels = ['query', 'execute'].map((name) => channel(`tracing:mysql2:${name}:start`));
  for (const each of channels) each.subscribe(listener);
  try {
    await work();
  } finally {
    for (const each of channels) each.unsubscribe(listener);
  }
  return seen;
}
