import type { QueryRunner } from 'typeorm';
import { createTable, type, type Table } from '../table.js';

/** Uploads on their way: who is receiving what, and until when the others leave it alone. */
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

/** Why an image is killed. */
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

/** Bytes that an upload has announced, and that nobody else may use up. */
const reservations: Table = {
  name: 'gateway_reservations',
  columns: { upload_id: `${type.text(36)} NOT NULL`, bytes: `${type.bytes} NOT NULL` },
  primaryKey: 'upload_id',
};

/** A row for each owner who has a limit: whoever uses it up keeps the row until that is done. */
const owners: Table = {
  name: 'gateway_owners',
  columns: { owner: `${type.text(255)} NOT NULL` },
  primaryKey: 'owner',
};

/** Of the uploads those whose data a gateway fetches itself, and how far each has come, in bytes. */
const imports: Table = {
  name: 'gateway_imports',
  columns: {
    upload_id: `${type.text(36)} NOT NULL`,
    image_id: `${type.text(36)} NOT NULL`,
    bytes_received: `${type.bytes} NOT NULL`,
    size: type.bytes,
  },
  primaryKey: 'upload_id',
  indexes: { ix_gateway_imports_image_id: ['image_id'] },
};

/** The tables that hold our own facts, beside Glance's. */
export const gatewayTables: readonly Table[] = [uploads, failures, removals, reservations, owners, imports];

export async function createGatewayTables(runner: QueryRunner): Promise<void> {
  for (const table of gatewayTables) await createTable(runner, table);
}
