import type { Announcement } from '../parts/announcement.js';
import { texts } from '../texts/texts.js';
import type { ImportRow } from './import-rows.js';

/** Returns a function that tells the news of imports: the start and the end, once each. */
export function importAnnouncer(): (rows: readonly ImportRow[]) => Announcement[] {
  const known = new Map<string, string>();
  return (rows) => rows.flatMap((row) => newsOf(row) ?? []);

  function newsOf({ id, name, state }: ImportRow): Announcement | undefined {
    const { kind } = state;
    const before = known.get(id);
    known.set(id, kind);
    // An import of an earlier page is no news until it ends.
    if (before === undefined || before === kind) return undefined;
    if (kind === 'running') return before === 'ordering' ? polite('begun') : undefined;
    if (kind === 'done') return polite(kind);
    // The message about a cancelled import is announced already.
    const isNews = kind === 'failed' && state.failure.code !== 'IMPORT_CANCELLED';
    return isNews ? polite(kind) : undefined;

    function polite(what: keyof typeof texts.imports.announced): Announcement {
      return { text: texts.imports.announced[what](name || id), isUrgent: false };
    }
  }
}
