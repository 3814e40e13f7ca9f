/** Rows of `scale_numbers` that one INSERT reads: a transaction of all rows would fill the log of changes. */
const ROWS_AT_ONCE = 100_000;
/** A rare value stands in so many images, however many there are. */
export const RARE = 20;

export const MYSQL = {
  hex: (number, digits) => `LPAD(LOWER(HEX(${number})), ${digits}, '0')`,
  padded: (number, digits) => `LPAD(${number}, ${digits}, '0')`,
  time: (seconds) => `CAST(TIMESTAMPADD(SECOND, ${seconds}, '2020-01-01 00:00:00') AS CHAR)`,
  numbers: (images) => [`SET SESSION cte_max_recursion_depth = ${images}`, recursive(images)],
};

export const MARIADB = {
  ...MYSQL,
  numbers: (images) => [`INSERT INTO scale_numbers SELECT seq - 1 FROM seq_1_to_${images}`],
};

export const SQLITE = {
  hex: (number, digits) => `printf('%0${digits}x', ${number})`,
  padded: (number, digits) => `printf('%0${digits}d', ${number})`,
  time: (seconds) => `datetime('2020-01-01 00:00:00', (${seconds}) || ' seconds')`,
  numbers: (images) => [recursive(images)],
};

/** Returns the statements that make `scale_numbers`, a table of the numbers that images are made from. */
export function numberStatements(images, spelling) {
  return ['CREATE TABLE scale_numbers (n bigint NOT NULL PRIMARY KEY)', ...spelling.numbers(images)];
}

const recursive = (images) =>
  'INSERT INTO scale_numbers WITH RECURSIVE counted (n) AS ' +
  `(SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ${images - 1}) SELECT n FROM counted`;

/**
 * Returns the statements that fill the tables with images, each row made from a number. Values that come from different
 * remainders of the number do not depend on each other, nor on the time of creation.
 *
 * @param spelling the SQL that engines write differently
 * @param times whether a time has microseconds, as in our own tables
 */
export function fillStatements(images, spelling, { hasMicroseconds }) {
  return Array.from({ length: Math.ceil(images / ROWS_AT_ONCE) }, (_, batch) => {
    const from = batch * ROWS_AT_ONCE;
    const range = `n >= ${from} AND n < ${Math.min(images, from + ROWS_AT_ONCE)}`;
    return Object.entries(tables(images, spelling, hasMicroseconds)).flatMap(([table, parts]) =>
      parts.map(
        ({ columns, where = '1 = 1' }) =>
          `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} ` +
          `FROM (${dice(spelling, range)}) d WHERE ${where}`,
      ),
    );
  }).flat();
}

/** The id of the image that is made from a number. */
export function idOf(number) {
  const scattered = Number((BigInt(number) * 2_654_435_761n) % 4_294_967_296n);
  return `${hex(scattered, 8)}-0000-4000-8000-${hex(number, 12)}`;
}

export const checksumOf = (number) => `${idOf(number).slice(0, 8)}${hex(number, 8)}`.padEnd(32, '0');

function hex(number, digits) {
  return number.toString(16).padStart(digits, '0');
}

/** Several independent remainders of each number: `s` scatters ids; `a` to `e` are percents or finer. */
function dice(spelling, range) {
  return (
    'SELECT n, (n * 2654435761) % 4294967296 AS s, (n * 40503 + 12345) % 65521 AS owner, ' +
    '(n * 69621 + 7) % 131071 AS a, (n * 16807 + 3) % 104729 AS b, (n * 48271 + 11) % 99991 AS c, ' +
    `(n * 30269 + 5) % 93187 AS d, (n * 171 + 9) % 30323 AS e FROM scale_numbers WHERE ${range}`
  );
}

function tables(images, spelling, hasMicroseconds) {
  const fraction = hasMicroseconds ? `'.' || ${spelling.padded('(n * 7919) % 1000000', 6)}` : "''";
  const time = (seconds) => `${spelling.time(seconds)} || ${fraction}`;
  const created = time('n * 6');
  const updated = time('n * 6 + s % 10000000');
  const id = `${spelling.hex('s', 8)} || '-0000-4000-8000-' || ${spelling.hex('n', 12)}`;
  const isRare = (remainder) => `n % ${Math.max(RARE, Math.floor(images / RARE))} = ${remainder}`;
  const row = { created_at: created, updated_at: created, deleted: '0' };
  const isDeleted = 'b % 100 < 5';
  const status =
    `CASE WHEN ${isDeleted} THEN 'deleted' WHEN a % 100 < 5 THEN 'queued' WHEN a % 100 = 5 THEN 'killed' ` +
    "WHEN a % 100 = 6 THEN 'deactivated' WHEN a % 100 = 7 THEN 'saving' ELSE 'active' END";
  const property = (name, value, where) => ({
    columns: { image_id: id, name: `'${name}'`, value, ...row },
    where,
  });
  const tag = (value, where) => ({ columns: { image_id: id, value: `'${value}'`, ...row }, where });
  const member = (name, membership, where) => ({
    columns: { image_id: id, member: name, can_share: '0', status: membership, ...row },
    where,
  });
  return {
    images: [
      {
        columns: {
          id,
          name:
            "CASE WHEN c % 150 = 0 THEN 'golden' WHEN c % 150 = 1 THEN NULL WHEN c % 5 = 0 THEN 'ubuntu-' || n " +
            "WHEN c % 5 = 1 THEN 'debian-' || n ELSE 'image-' || n END",
          size: `CASE WHEN a % 100 < 6 THEN 0 ELSE 1000000 + s END`,
          status,
          created_at: created,
          updated_at: updated,
          deleted_at: `CASE WHEN ${isDeleted} THEN ${updated} END`,
          deleted: `CASE WHEN ${isDeleted} THEN 1 ELSE 0 END`,
          disk_format: `CASE WHEN ${isRare(7)} THEN 'vdi' WHEN d % 10 < 6 THEN 'qcow2' WHEN d % 10 < 9 THEN 'raw' ELSE 'vmdk' END`,
          container_format: `CASE WHEN ${isRare(11)} THEN 'ova' WHEN d % 20 = 3 THEN 'ovf' ELSE 'bare' END`,
          checksum: `${spelling.hex('s', 8)} || ${spelling.hex('n', 8)} || '0000000000000000'`,
          owner:
            "CASE WHEN s % 1000 < 300 THEN 'big' WHEN s % 1000 < 950 THEN 'mid-' || (owner % 1000) " +
            "ELSE 'few-' || (owner % 5000) END",
          min_disk: '0',
          min_ram: 'e % 8 * 512',
          protected: '0',
          visibility:
            "CASE WHEN e % 100 < 20 THEN 'public' WHEN e % 100 < 23 THEN 'community' WHEN e % 100 < 26 THEN 'private' " +
            "ELSE 'shared' END",
          os_hidden: 'CASE WHEN c % 100 < 2 THEN 1 ELSE 0 END',
        },
      },
    ],
    image_properties: [
      property(
        'os_distro',
        `CASE WHEN ${isRare(3)} THEN 'plan9' WHEN e % 10 < 6 THEN 'debian' WHEN e % 10 < 7 THEN 'fedora' ELSE 'ubuntu' END`,
      ),
      property('build_id', "'b-' || n"),
    ],
    image_tags: [
      tag('common', 'd % 100 < 5'),
      tag('nightly', 'd % 100 < 10 AND d % 100 > 2'),
      tag('rare', isRare(5)),
    ],
    image_members: [
      member("'mid-' || (c % 1000)", "'accepted'", 'b % 100 >= 5 AND b % 100 < 10'),
      member("'popular'", "CASE WHEN d % 10 = 0 THEN 'pending' ELSE 'accepted' END", 'c % 1000 < 16'),
    ],
    image_locations: [
      {
        columns: {
          image_id: id,
          value: `'file:///images/' || n`,
          meta_data: "'{}'",
          status: "'active'",
          ...row,
        },
        where: `${status} = 'active'`,
      },
    ],
  };
}
