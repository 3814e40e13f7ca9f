import type { QueryRunner } from 'typeorm';
import { createTable, type, type Table } from '../table.js';

/** Running uploads. Until the deadline, only the gateway `node` may touch them. */
const uploads: Table = {
  name: 'gateway_uploads',
  columns: {
    id: `${type.text(36)} NOT NULL`,
    image_id: `${type.text(36)} NOT NULL`,
    node: `${type.text(255)} NOT NULL`,
    created_at: `${type.time} NOT NULL`,
    deadline: `${type.time} NOT NULL`,
  },
  primaryKey: 'id',
  indexes: { ix_gateway_uploads_deadline: ['deadline'], ix_gateway_uploads_image_id: ['image_id'] },
};

/** The reasons why images are killed. */
const failures: Table = {
  name: 'gateway_failures',
  columns: {
    image_id: `${type.text(36)} NOT NULL`,
    reason: `${type.text(255)} NOT NULL`,
    request_id: `${type.text(255)}`,
    created_at: `${type.time} NOT NULL`,
  },
  primaryKey: 'image_id',
};

/** Data of deleted images that still has to be removed from its store. */
const removals: Table = {
  name: 'gateway_removals',
  columns: {
    id: `${type.text(36)} NOT NULL`,
    image_id: `${type.text(36)} NOT NULL`,
    location: `${type.longText} NOT NULL`,
    due_at: `${type.time} NOT NULL`,
  },
  primaryKey: 'id',
  indexes: { ix_gateway_removals_due_at: ['due_at'] },
};

/** The bytes that running uploads have declared. They count towards the owner's quota before they arrive. */
const reservations: Table = {
  name: 'gateway_reservations',
  columns: { upload_id: `${type.text(36)} NOT NULL`, bytes: `${type.bytes} NOT NULL` },
  primaryKey: 'upload_id',
};

/** One row for each owner with a quota. A transaction that checks the quota locks the row and counts a change. */
const owners: Table = {
  name: 'gateway_owners',
  columns: { owner: `${type.text(255)} NOT NULL`, changes: `${type.count} NOT NULL DEFAULT 0` },
  primaryKey: 'owner',
};

/** Rows by which transactions on several nodes of a cluster lock images. */
const locks: Table = {
  name: 'gateway_locks',
  columns: { id: `${type.integer} NOT NULL`, changes: `${type.count} NOT NULL DEFAULT 0` },
  primaryKey: 'id',
};

/** The columns of an upload and the bytes that it has received. */
const received = {
  upload_id: `${type.text(36)} NOT NULL`,
  image_id: `${type.text(36)} NOT NULL`,
  bytes_received: `${type.bytes} NOT NULL`,
  size: type.bytes,
};

/** The uploads that are imports, and the bytes that each has received. */
const imports: Table = {
  name: 'gateway_imports',
  columns: received,
  primaryKey: 'upload_id',
  indexes: { ix_gateway_imports_image_id: ['image_id'] },
};

/** The formats that the inspector found in the data of images. */
const formats = {
  name: 'gateway_formats',
  columns: { image_id: `${type.text(36)} NOT NULL`, format: `${type.text(20)} NOT NULL` },
  primaryKey: 'image_id',
} as const satisfies Table;

/** The bytes that running uploads have received, as their gateways told about a second ago. */
const progress = {
  name: 'gateway_progress',
  columns: received,
  primaryKey: 'upload_id',
  indexes: { ix_gateway_progress_image_id: ['image_id'] },
} as const satisfies Table;

/** The addresses that imported data comes from, without user, query and fragment. */
const sources = {
  name: 'gateway_sources',
  columns: { image_id: `${type.text(36)} NOT NULL`, url: `${type.longText} NOT NULL` },
  primaryKey: 'image_id',
} as const satisfies Table;

/** The gateway's own tables, beside Glance's. The last one is made last: where it exists, the others are of today's form. */
export const gatewayTables: readonly Table[] = [
  uploads,
  failures,
  removals,
  reservations,
  owners,
  imports,
  locks,
];

/** Our own tables that the gateway can do without. A live Glance's database may lack them. */
export const laterTables = [formats, progress, sources] as const;

/** The name of a table that the gateway can do without. */
export type LaterTable = (typeof laterTables)[number]['name'];

export async function createGatewayTables(runner: QueryRunner): Promise<void> {
  // The rows tell nothing beyond their transactions. A new table needs no right to alter tables, which Glance's may lack.
  if ((await runner.hasTable(owners.name)) && !(await runner.hasColumn(owners.name, 'changes')))
    await runner.query(`DROP TABLE ${owners.name}`);
  for (const table of [...gatewayTables, ...laterTables]) await createTable(runner, table);
}
