/** What `alembic_version` of a Glance's database says. */
export type RevisionVerdict =
  | { state: 'known' | 'unsaid' }
  /** Glance's migration stopped between its two phases. */
  | { state: 'halfWay'; revision: string }
  /** Made by a Glance that this program does not know. */
  | { state: 'newer'; revision: string };

/** Releases whose tables this program knows, the oldest first. */
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
 * Glance adds to its tables (expand), moves what is in them, and takes away (contract). Between the two, both
 * names stand in the table.
 *
 * @param revisions the rows of `alembic_version`; none where Glance does not keep it
 */
export function judgeRevision(revisions: readonly string[]): RevisionVerdict {
  if (revisions.length === 0) return { state: 'unsaid' };
  const newer = revisions.find((revision) => !isKnown(revision));
  if (newer) return { state: 'newer', revision: newer };
  const expanded = revisions.find((revision) => /_expand\d+$/.test(revision));
  return expanded ? { state: 'halfWay', revision: expanded } : { state: 'known' };
}

function isKnown(revision: string): boolean {
  const [, release] = /^(.+)_(?:expand|contract)\d+$/.exec(revision) ?? [];
  return release === undefined ? BEFORE_PHASES.includes(revision) : RELEASES.includes(release);
}
