import { Column } from 'typeorm';

/** The columns that every table of Glance has: deletion flags a row and never removes it. */
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
