import { randomUUID } from 'node:crypto';
import { glanceStatements } from '../database/glance-layout.js';
import { onServer } from './gateway.js';

/** A database as a live Glance has it; gives its name. */
export async function makeGlanceDatabase(): Promise<string> {
  const name = `glance_${randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name} CHARACTER SET utf8mb3`);
  for (const statement of glanceStatements()) await onServer(statement, name);
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
