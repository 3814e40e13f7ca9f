import { randomUUID } from 'node:crypto';
import { glanceStatements } from '../beside-glance/glance-layout.js';
import { onServer } from './gateway.js';

/**
 * A database as a live Glance has it; gives its name.
 *
 * @param release the last one with version 1 of the API had no hidden images and no second digest
 */
export async function makeGlanceDatabase(release: 'zed' | 'queens' = 'zed'): Promise<string> {
  const name = `glance_${randomUUID().replaceAll('-', '')}`;
  const older = release === 'queens';
  const revision = older ? 'queens_contract01' : 'wallaby_contract01';
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb3`);
  const statements = [
    ...glanceStatements(older ? ['os_hidden', 'os_hash_algo', 'os_hash_value'] : []),
    'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)',
    `INSERT INTO alembic_version VALUES ('${revision}')`,
  ];
  for (const statement of statements) await onServer(statement, name);
  return name;
}

/** A row as Glance writes it. */
export async function addGlanceImage(
  database: string,
  image: Record<string, string | number | null>,
): Promise<string> {
  const row = {
    id: randomUUID(),
    name: null,
    size: 0,
    status: 'queued',
    created_at: '2026-01-02 03:04:05',
    updated_at: '2026-01-02 03:04:05',
    deleted: 0,
    disk_format: 'raw',
    container_format: 'bare',
    owner: null,
    min_disk: 0,
    min_ram: 0,
    protected: 0,
    visibility: 'public',
    ...image,
  };
  const values = Object.values(row).map((value) => (value === null ? 'NULL' : `'${String(value)}'`));
  await onServer(`INSERT INTO images (${Object.keys(row).join()}) VALUES (${values.join()})`, database);
  return String(row.id);
}
