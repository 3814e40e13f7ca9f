/** The state of Glance's migrations, by `alembic_version`. */
export type RevisionVerdict =
  | { state: 'known' | 'unrecorded' }
  /** Glance's migration stopped between its two phases. */
  | { state: 'halfWay'; revision: string }
  /** A Glance that this program does not know made the tables. */
  | { state: 'newer'; revision: string };

/** The releases whose tables this program knows, oldest first. */
const RELEASES = [
  'ocata',
  'pike',
  'queens',
  'rocky',
  'train',
  'ussuri',
  'wallaby',
  'xena',
  'yoga',
  'zed',
  '2023_1',
  '2024_1',
];
const BEFORE_PHASES = ['liberty', 'mitaka01', 'mitaka02', 'ocata01', 'pike01'];

/**
 * Judges the revisions that Glance recorded. Glance migrates in two phases: expand adds columns, and contract removes
 * the old ones. Between the two, the table holds both revisions.
 *
 * @param revisions the rows of `alembic_version`; empty when Glance has no such table
 */
export function judgeRevision(revisions: readonly string[]): RevisionVerdict {
  if (revisions.length === 0) return { state: 'unrecorded' };
  const newer = revisions.find((revision) => !isKnown(revision));
  if (newer) return { state: 'newer', revision: newer };
  const expanded = revisions.find((revision) => /_expand\d+$/.test(revision));
  return expanded ? { state: 'halfWay', revision: expanded } : { state: 'known' };
}

function isKnown(revision: string): boolean {
  const [, release] = /^(.+)_(?:expand|contract)\d+$/.exec(revision) ?? [];
  return release === undefined ? BEFORE_PHASES.includes(revision) : RELEASES.includes(release);
}
