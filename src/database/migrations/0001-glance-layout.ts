import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, type, type Table } from '../table.js';
import { createGatewayTables } from './gateway-tables.js';

const lifecycle = {
  created_at: `${type.time} NOT NULL`,
  updated_at: type.time,
  deleted_at: type.time,
  deleted: `${type.flag} NOT NULL`,
};

/** Glance's tables, 2022.2 to 2025, and our composite indexes for the most frequent pages. */
export const glanceTables: readonly Table[] = [
  {
    name: 'images',
    columns: {
      id: `${type.text(36)} NOT NULL`,
      name: type.text(255),
      size: type.bytes,
      status: `${type.text(30)} NOT NULL`,
      ...lifecycle,
      disk_format: type.text(20),
      container_format: type.text(20),
      checksum: type.text(32),
      owner: type.text(255),
      min_disk: `${type.integer} NOT NULL`,
      min_ram: `${type.integer} NOT NULL`,
      protected: `${type.flag} NOT NULL DEFAULT 0`,
      virtual_size: type.bytes,
      visibility: `${type.choice('private', 'public', 'shared', 'community')} NOT NULL DEFAULT 'shared'`,
      os_hidden: `${type.flag} NOT NULL DEFAULT 0`,
      os_hash_algo: type.text(64),
      os_hash_value: type.text(128),
    },
    primaryKey: 'id',
    indexes: {
      checksum_image_idx: ['checksum'],
      ix_images_deleted: ['deleted'],
      owner_image_idx: ['owner'],
      created_at_image_idx: ['created_at'],
      updated_at_image_idx: ['updated_at'],
      visibility_image_idx: ['visibility'],
      os_hidden_image_idx: ['os_hidden'],
      os_hash_value_image_idx: ['os_hash_value'],
      gateway_images_created: ['deleted', 'os_hidden', 'created_at', 'id'],
      gateway_images_updated: ['deleted', 'os_hidden', 'updated_at', 'id'],
      gateway_images_name: ['deleted', 'os_hidden', 'name', 'id'],
      gateway_images_size: ['deleted', 'os_hidden', 'size', 'id'],
      gateway_images_status: ['deleted', 'os_hidden', 'status', 'created_at', 'id'],
      gateway_images_visible: ['visibility', 'deleted', 'os_hidden', 'created_at', 'id'],
      gateway_images_owned: ['owner', 'deleted', 'os_hidden', 'created_at', 'id'],
    },
    flags: ['deleted', 'protected'],
  },
  {
    name: 'image_properties',
    columns: {
      id: `${type.rowNumber} NOT NULL`,
      image_id: `${type.text(36)} NOT NULL`,
      name: `${type.text(255)} NOT NULL`,
      value: type.longText,
      ...lifecycle,
    },
    primaryKey: 'id',
    unique: { ix_image_properties_image_id_name: ['image_id', 'name'] },
    indexes: {
      ix_image_properties_deleted: ['deleted'],
      ix_image_properties_image_id: ['image_id'],
      gateway_properties_name: ['name', 'image_id'],
    },
    references: { image_id: 'images' },
    flags: ['deleted'],
  },
  {
    name: 'image_members',
    columns: {
      id: `${type.rowNumber} NOT NULL`,
      image_id: `${type.text(36)} NOT NULL`,
      member: `${type.text(255)} NOT NULL`,
      can_share: `${type.flag} NOT NULL`,
      ...lifecycle,
      status: `${type.text(20)} NOT NULL DEFAULT 'pending'`,
    },
    primaryKey: 'id',
    unique: { image_members_image_id_member_deleted_at_key: ['image_id', 'member', 'deleted_at'] },
    indexes: {
      ix_image_members_deleted: ['deleted'],
      ix_image_members_image_id: ['image_id'],
      ix_image_members_image_id_member: ['image_id', 'member'],
      gateway_members_member: ['member', 'deleted', 'image_id'],
    },
    references: { image_id: 'images' },
    flags: ['can_share', 'deleted'],
  },
  {
    name: 'image_locations',
    columns: {
      id: `${type.rowNumber} NOT NULL`,
      image_id: `${type.text(36)} NOT NULL`,
      value: `${type.longText} NOT NULL`,
      ...lifecycle,
      meta_data: type.longText,
      status: `${type.text(30)} NOT NULL DEFAULT 'active'`,
    },
    primaryKey: 'id',
    indexes: { ix_image_locations_deleted: ['deleted'], ix_image_locations_image_id: ['image_id'] },
    references: { image_id: 'images' },
    flags: ['deleted'],
  },
  {
    name: 'image_tags',
    columns: {
      id: `${type.rowNumber} NOT NULL`,
      image_id: `${type.text(36)} NOT NULL`,
      value: `${type.text(255)} NOT NULL`,
      ...lifecycle,
    },
    primaryKey: 'id',
    indexes: {
      ix_image_tags_image_id: ['image_id'],
      ix_image_tags_image_id_tag_value: ['image_id', 'value'],
    },
    references: { image_id: 'images' },
    flags: ['deleted'],
  },
];

export class GlanceLayout1763683200000 implements MigrationInterface {
  name = 'GlanceLayout1763683200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of glanceTables) await createTable(runner, table);
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('Going back would delete every image record; restore a backup instead.');
  }
}
