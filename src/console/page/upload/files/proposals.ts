import { fileNameParts } from './file-name.js';

/** A property that a file's name suggests. */
export interface ProposedProperty {
  name: string;
  value: string;
}

const LONGEST = 255;
// eslint-disable-next-line no-control-regex -- the gateway takes none of these in names, nor characters beyond 16 bits
const REFUSED = /[\u0000-\u001f\u007f\ud800-\udfff]/g;

/** Returns a name for the image of a file: that of the file, without folder and suffixes. It is never empty. */
export function proposedName(fileName: string): string {
  const allowed = fileNameParts(fileName).stem.replace(REFUSED, '').trim();
  return allowed.slice(0, LONGEST).trim() || 'image';
}

/** Returns the properties that a file's name tells: `architecture` and `os_version`. */
export function proposedProperties(fileName: string): ProposedProperty[] {
  const { stem } = fileNameParts(fileName);
  const [architecture, version] = [architectureIn(stem), versionIn(stem)];
  return [
    ...(architecture ? [{ name: 'architecture', value: architecture }] : []),
    ...(version ? [{ name: 'os_version', value: version }] : []),
  ];
}

/** Nova's name of an architecture → the names in files. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'x86[-_]64|amd64|x64',
  aarch64: 'aarch64|arm64',
  ppc64le: 'ppc64le|ppc64el',
  s390x: 's390x',
  riscv64: 'riscv64',
  i686: 'i[3-6]86',
  armv7l: 'armhf|armv7l',
};

/** Returns the only architecture in a name. A disc for two of them has none of its own. */
function architectureIn(stem: string): string | undefined {
  const found = Object.keys(ARCHITECTURES).filter((name) => token(ARCHITECTURES[name]).test(stem));
  return found.length === 1 ? found[0] : undefined;
}

const ANY_ARCHITECTURE = token(Object.values(ARCHITECTURES).join('|'));

const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12][0-9]|3[01])';
/** `20240101`, `2024-01-01` or `2024-01`, and the time or number of a build that follows it. */
const DATE = token(
  `(?:19|20)\\d\\d([-_.]?)${MONTH}\\1${DAY}(?:\\.\\d+|[-_T]?\\d{4,6}Z?)?|20\\d\\d[-_]${MONTH}`,
);

/** `13`, `24.04`, `0.6.2` or `2022`. No part of a longer number with dots is a version of its own. */
const VERSION = token('(?<!\\d\\.)(?:[1-9]\\d?|20\\d\\d|0(?=\\.))(?:\\.\\d{1,3}){0,3}(?!\\.\\d)');

/** Returns the first version in a name; a later one where it says the same more exactly, as in `alma-9-cloud-9.4`. */
function versionIn(stem: string): string | undefined {
  const rest = stem.replace(ANY_ARCHITECTURE, '-').replace(DATE, '-');
  const [first, ...others] = rest.match(VERSION) ?? [];
  return others.find((each) => each.startsWith(`${first}.`)) ?? first;
}

/** Returns a pattern that finds whole words between separators, whatever their letter case. */
function token(pattern: string): RegExp {
  return new RegExp(`(?<![^-_. ])(?:${pattern})(?![^-_. ])`, 'gi');
}
