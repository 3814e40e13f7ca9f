import mysql from 'mysql2/promise';

const IMAGES = 10_000;
const ROWS_AT_ONCE = 1000;

/** Fills the gateway's tables with images of three properties each: the same ones every time. */
export async function load(url) {
  await fill(url, IMAGES, ['images', 'image_properties'], async (connection, numbers) => {
    await connection.query(`INSERT INTO images (${IMAGE_COLUMNS}) VALUES ?`, [numbers.map(imageRow)]);
    await connection.query(`INSERT INTO image_properties (${PROPERTY_COLUMNS}) VALUES ?`, [
      numbers.flatMap(propertyRows),
    ]);
  });
}

/** Fills them with so many images without properties. */
export async function loadImages(url, images) {
  await fill(url, images, ['images'], (connection, numbers) =>
    connection.query(`INSERT INTO images (${IMAGE_COLUMNS}) VALUES ?`, [numbers.map(imageRow)]),
  );
}

async function fill(url, images, tables, insert) {
  const connection = await mysql.createConnection(url);
  try {
    await connection.query('SET unique_checks = 0, foreign_key_checks = 0, autocommit = 0');
    for (let start = 0; start < images; start += ROWS_AT_ONCE) {
      await insert(
        connection,
        Array.from({ length: ROWS_AT_ONCE }, (_, index) => start + index),
      );
    }
    await connection.query('COMMIT');
    await connection.query(`ANALYZE TABLE ${tables.join(', ')}`);
  } finally {
    await connection.end();
  }
}

const IMAGE_COLUMNS =
  'id, name, size, status, created_at, updated_at, deleted, disk_format, container_format, checksum, owner, ' +
  'min_disk, min_ram, protected, visibility, os_hidden';
const PROPERTY_COLUMNS = 'image_id, name, value, created_at, deleted';

/** One image in ten is not active, one in fifty hidden; the owners are a hundred tenants. */
function imageRow(number) {
  const time = timeOf(number);
  const digits = number.toString(16).padStart(12, '0');
  return [
    idOf(number),
    `image-${number}`,
    1_000_000 + number * 4096,
    number % 10 === 3 ? 'queued' : 'active',
    time,
    time,
    0,
    number % 3 === 0 ? 'qcow2' : 'raw',
    'bare',
    `${digits}${digits}`.padEnd(32, '0'),
    `tenant-${number % 100}`,
    0,
    0,
    0,
    number % 4 === 0 ? 'public' : 'shared',
    number % 50 === 7 ? 1 : 0,
  ];
}

function propertyRows(number) {
  const properties = {
    architecture: 'x86_64',
    os_distro: 'debian',
    os_version: `${number % 12}.${number % 7}`,
  };
  return Object.entries(properties).map(([name, value]) => [idOf(number), name, value, timeOf(number), 0]);
}

/** Ids that do not follow the time of creation, as with real ones: the factor is prime to 2^32. */
function idOf(number) {
  const scattered = ((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${scattered}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

function timeOf(number) {
  const moment = new Date(Date.UTC(2024, 0, 1) + number * 61_000);
  const fraction = String((number * 7919) % 1_000_000).padStart(6, '0');
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')}.${fraction}`;
}
