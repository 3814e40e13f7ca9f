/**
 * The tables of a Glance 25.1 (2022.2 to 2025 have the same) as its `glance-manage db_sync` makes them on
 * MariaDB 10.11: column → type, nullability, default; index → columns. Facts to compare with, and to build a
 * Glance's database from.
 */
export interface TableFacts {
  columns: Record<string, [type: string, nullable: boolean, preset?: string]>;
  unique: Record<string, string[]>;
  indexes: Record<string, string[]>;
}

const times: TableFacts['columns'] = {
  created_at: ['datetime', false],
  updated_at: ['datetime', true],
  deleted_at: ['datetime', true],
  deleted: ['tinyint(1)', false],
};

export const GLANCE_LAYOUT: Record<string, TableFacts> = {
  images: {
    columns: {
      id: ['varchar(36)', false],
      name: ['varchar(255)', true],
      size: ['bigint(20)', true],
      status: ['varchar(30)', false],
      ...times,
      disk_format: ['varchar(20)', true],
      container_format: ['varchar(20)', true],
      checksum: ['varchar(32)', true],
      owner: ['varchar(255)', true],
      min_disk: ['int(11)', false],
      min_ram: ['int(11)', false],
      protected: ['tinyint(1)', false, '0'],
      virtual_size: ['bigint(20)', true],
      visibility: ["enum('private','public','shared','community')", false, "'shared'"],
      os_hidden: ['tinyint(1)', false, '0'],
      os_hash_algo: ['varchar(64)', true],
      os_hash_value: ['varchar(128)', true],
    },
    unique: { PRIMARY: ['id'] },
    indexes: {
      checksum_image_idx: ['checksum'],
      ix_images_deleted: ['deleted'],
      owner_image_idx: ['owner'],
      created_at_image_idx: ['created_at'],
      updated_at_image_idx: ['updated_at'],
      visibility_image_idx: ['visibility'],
      os_hidden_image_idx: ['os_hidden'],
      os_hash_value_image_idx: ['os_hash_value'],
    },
  },
  image_properties: {
    columns: {
      id: ['int(11)', false],
      image_id: ['varchar(36)', false],
      name: ['varchar(255)', false],
      value: ['text', true],
      ...times,
    },
    unique: { PRIMARY: ['id'], ix_image_properties_image_id_name: ['image_id', 'name'] },
    indexes: { ix_image_properties_deleted: ['deleted'], ix_image_properties_image_id: ['image_id'] },
  },
  image_members: {
    columns: {
      id: ['int(11)', false],
      image_id: ['varchar(36)', false],
      member: ['varchar(255)', false],
      can_share: ['tinyint(1)', false],
      ...times,
      status: ['varchar(20)', false, "'pending'"],
    },
    unique: {
      PRIMARY: ['id'],
      image_members_image_id_member_deleted_at_key: ['image_id', 'member', 'deleted_at'],
    },
    indexes: {
      ix_image_members_deleted: ['deleted'],
      ix_image_members_image_id: ['image_id'],
      ix_image_members_image_id_member: ['image_id', 'member'],
    },
  },
  image_locations: {
    columns: {
      id: ['int(11)', false],
      image_id: ['varchar(36)', false],
      value: ['text', false],
      ...times,
      meta_data: ['text', true],
      status: ['varchar(30)', false, "'active'"],
    },
    unique: { PRIMARY: ['id'] },
    indexes: { ix_image_locations_deleted: ['deleted'], ix_image_locations_image_id: ['image_id'] },
  },
  image_tags: {
    columns: {
      id: ['int(11)', false],
      image_id: ['varchar(36)', false],
      value: ['varchar(255)', false],
      ...times,
    },
    unique: { PRIMARY: ['id'] },
    indexes: {
      ix_image_tags_image_id: ['image_id'],
      ix_image_tags_image_id_tag_value: ['image_id', 'value'],
    },
  },
};

/**
 * Statements that make these tables as Glance has them: `utf8mb3_general_ci`, times in whole seconds.
 *
 * @param without columns that are left out, with their indexes
 */
export function glanceStatements(without: readonly string[] = []): string[] {
  const isThere = (name: string) => !without.includes(name);
  return Object.entries(GLANCE_LAYOUT).map(([table, { columns, unique, indexes }]) => {
    const present = Object.entries(columns).filter(([name]) => isThere(name));
    const lines = present.map(([name, [type, nullable, preset]]) => {
      const counts = name === 'id' && type.startsWith('int') ? ' AUTO_INCREMENT' : '';
      return `\`${name}\` ${type}${nullable ? '' : ' NOT NULL'}${preset ? ` DEFAULT ${preset}` : ''}${counts}`;
    });
    for (const [name, on] of Object.entries(unique)) {
      lines.push(name === 'PRIMARY' ? `PRIMARY KEY (${on.join()})` : `UNIQUE KEY ${name} (${on.join()})`);
    }
    for (const [name, on] of Object.entries(indexes)) {
      if (on.every(isThere)) lines.push(`KEY ${name} (${on.join()})`);
    }
    if ('image_id' in columns) lines.push('FOREIGN KEY (image_id) REFERENCES images (id)');
    return `CREATE TABLE ${table} (${lines.join(', ')}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci`;
  });
}
