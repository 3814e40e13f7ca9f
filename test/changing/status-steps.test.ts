import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { entities } from '../../src/image/records/entities.js';
import { imageColumns } from '../../src/image/records/image-columns.js';
import { imageRecords } from '../../src/image/records/image-records.js';
import { statusesBefore, type Status } from '../../src/image/status.js';
import { createImage } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { sql } from '../support/sql.js';

/** The steps of contract C14, and the way back of an upload whose sender still has the data. */
const STEPS = [
  'queued > saving, active, killed, pending_delete, deleted',
  'saving > queued, active, killed, pending_delete, deleted',
  'active > deactivated, pending_delete, deleted',
  'deactivated > active, pending_delete, deleted',
  'killed > pending_delete, deleted',
  'pending_delete > deleted',
].flatMap((line) => {
  const [from, to] = line.split(' > ');
  return to.split(', ').map((each) => `${from} > ${each}`);
});

const STATUSES: Status[] = [
  ...(['queued', 'saving', 'active', 'killed', 'deactivated'] as const),
  ...(['pending_delete', 'deleted'] as const),
];

onEachDatabase('the status of an image', (start, place) => {
  let gateway: TestGateway;
  let database: Database;
  beforeAll(async () => {
    gateway = await start();
    database = await openDatabase(readConfig(place.options), entities);
  });
  afterAll(() => database.close());

  test('is changed by the steps of the table, and by no other (C14)', async () => {
    const id = await createImage(gateway, {});
    const taken: string[] = [];
    for (const from of STATUSES) {
      for (const to of STATUSES) {
        const flag = from === 'pending_delete' ? 1 : 0;
        await sql(place, `UPDATE images SET status = '${from}', deleted = ${flag} WHERE id = '${id}'`);
        // A deletion compares with the status that it has found.
        const known = statusesBefore(to).filter((each) => each !== 'pending_delete' || from === each);
        const isTaken = await database.transaction((transaction) =>
          imageRecords(transaction, imageColumns(database)).changeStatus(id, to, {}, known),
        );
        const [{ status }] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
        expect(status).toBe(isTaken ? to : from);
        if (isTaken) taken.push(`${from} > ${to}`);
      }
    }
    expect(taken.sort()).toEqual([...STEPS].sort());
  });

  test('of a deleted image stays, whatever ends later', async () => {
    const id = await createImage(gateway, {});
    await sql(place, `UPDATE images SET status = 'saving', deleted = 1 WHERE id = '${id}'`);
    const isTaken = await database.transaction((transaction) =>
      imageRecords(transaction, imageColumns(database)).changeStatus(id, 'killed'),
    );
    expect(isTaken).toBe(false);
  });
});
