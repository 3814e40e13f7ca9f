import type { Place } from './gateway.js';
import { eventually } from './poll.js';
import { sql } from './sql.js';

const DUE = ['gateway_uploads', 'gateway_reservations', 'gateway_removals'];

/** Waits, for so many seconds each, until the sweeps of a place have nothing more to do in these tables. */
export async function swept(place: Pick<Place, 'options'>, tables = DUE, seconds?: number): Promise<void> {
  for (const table of tables)
    await eventually(
      () => sql(place, `SELECT * FROM ${table}`),
      (rows) => rows.length === 0,
      seconds,
    );
}
