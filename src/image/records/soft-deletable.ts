import { Column } from 'typeorm';

/** What every table of Glance's carries: deletion flags a row, it never removes it. */
export abstract class SoftDeletable {
  @Column('varchar', { name: 'created_at', length: 26 })
  createdAt: string;

  @Column('varchar', { name: 'updated_at', length: 26, nullable: true })
  updatedAt: string | null;

  @Column('varchar', { name: 'deleted_at', length: 26, nullable: true })
  deletedAt: string | null;

  @Column('tinyint')
  deleted: boolean;
}
