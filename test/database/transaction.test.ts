import { expect, test } from 'vitest';
import type { Database, Transaction } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { entities } from '../../src/image/records/entities.js';
import { readConfig } from '../../src/config/read-config.js';
import { onEachDatabase, type StartGateway, type Place } from '../support/gateway.js';
import { sql } from '../support/sql.js';

onEachDatabase('a unit of work', (start, place) => {
  test('leaves the writes of others alone when it is rolled back', async () => {
    await using own = await opened(start, place);
    const { database } = own;
    const failing = database.transaction(async (transaction) => {
      await addReason(transaction, 'undone');
      throw new Error('give up');
    });
    const outside = database.transaction((transaction) => addReason(transaction, 'kept'));
    await expect(failing).rejects.toThrow('give up');
    await outside;
    expect(await reasons(database, ['undone', 'kept'])).toEqual(['kept']);
  });

  test('is invisible to other reads before it ends', async () => {
    await using own = await opened(start, place);
    const { database } = own;
    let seen: Promise<string[]> | undefined;
    await database.transaction(async (transaction) => {
      await addReason(transaction, 'unseen');
      seen = reasons(database, ['unseen']);
      if (place.engine === 'mysql') expect(await seen).toEqual([]);
    });
    expect(await seen).toEqual(place.engine === 'mysql' ? [] : ['unseen']);
  });

  test('loses no update among twenty at once', async () => {
    await using own = await opened(start, place);
    const { database } = own;
    await database.transaction((transaction) => addReason(transaction, 'counter', '0'));
    await Promise.all(
      Array.from({ length: 20 }, () =>
        database.transaction(async (transaction) => {
          const { forUpdate } = transaction.dialect;
          const [row] = await transaction.read(
            `SELECT reason FROM gateway_failures WHERE image_id = 'counter'${forUpdate}`,
          );
          await transaction.change("UPDATE gateway_failures SET reason = ? WHERE image_id = 'counter'", [
            String(Number(row.reason) + 1),
          ]);
        }),
      ),
    );
    const [row] = await database.read("SELECT reason FROM gateway_failures WHERE image_id = 'counter'");
    expect(row.reason).toBe('20');
  });

  test('is run again after a deadlock', async () => {
    await using own = await opened(start, place);
    const { database } = own;
    await database.transaction((transaction) => addReason(transaction, 'one', '0'));
    await database.transaction((transaction) => addReason(transaction, 'two', '0'));
    const increment = (first: string, second: string) =>
      database.transaction(async (transaction) => {
        for (const id of [first, second]) {
          const marker = `UPDATE gateway_failures SET reason = reason + 1 WHERE image_id = ?`;
          await transaction.change(marker, [id]);
        }
      });
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => (n % 2 ? increment('one', 'two') : increment('two', 'one'))),
    );
    const rows = await database.read("SELECT reason FROM gateway_failures WHERE image_id IN ('one', 'two')");
    expect(rows.map((row) => Number(row.reason))).toEqual([30, 30]);
  });

  test.skipIf(place.engine === 'sqlite')(
    'keeps the change of another that came between its first read and its lock',
    async () => {
      await using own = await opened(start, place);
      const { database } = own;
      await database.transaction((transaction) => addReason(transaction, 'counter', '0'));
      const counter = "FROM gateway_failures WHERE image_id = 'counter'";
      let tries = 0;
      await database.transaction(async (transaction) => {
        tries += 1;
        await transaction.read(`SELECT reason ${counter}`);
        if (tries === 1)
          await sql(place, "UPDATE gateway_failures SET reason = '1' WHERE image_id = 'counter'");
        // MariaDB refuses this since 11.6.2, and with innodb_snapshot_isolation=ON: the transaction runs again.
        const [row] = await transaction.read(`SELECT reason ${counter}${transaction.dialect.forUpdate}`);
        await transaction.change("UPDATE gateway_failures SET reason = ? WHERE image_id = 'counter'", [
          String(Number(row.reason) + 10),
        ]);
      });
      const [row] = await database.read(`SELECT reason ${counter}`);
      expect(row.reason).toBe('11');
    },
  );

  test('has a handle that throws once it has ended', async () => {
    await using own = await opened(start, place);
    let kept: Transaction | undefined;
    await own.database.transaction(async (transaction) => {
      kept = transaction;
    });
    await expect(kept!.read('SELECT 1')).rejects.toThrow('This transaction has ended.');
    expect(() => kept!.entities).toThrow('This transaction has ended.');
  });

  test('keeps whole numbers beyond 2^53 exact', async () => {
    await using own = await opened(start, place);
    const [row] = await own.database.read('SELECT 9007199254740993 AS big, 42 AS small');
    expect(row).toEqual({ big: '9007199254740993', small: 42 });
  });

  test('refuses an object where a text belongs', async () => {
    await using own = await opened(start, place);
    const hostile = { image_id: 1 } as unknown as string;
    const rows = own.database.read('SELECT image_id FROM gateway_failures WHERE image_id = ?', [hostile]);
    await expect(rows).rejects.toThrow('A object cannot be bound to a statement.');
  });

  test('takes every text, also invalid Unicode', async () => {
    await using own = await opened(start, place);
    for (const text of ['\ud800', 'a\u0000b', '\u{1f600}', '\\', "'", '"', '%_']) {
      const rows = await own.database.read('SELECT image_id FROM gateway_failures WHERE image_id = ?', [
        text,
      ]);
      expect(rows).toEqual([]);
    }
  });
});

async function opened(start: StartGateway, place: Place): Promise<{ database: Database } & AsyncDisposable> {
  // The gateway makes the tables; the work itself runs on a database of its own beside it.
  await (await start()).close();
  const database = await openDatabase(readConfig(place.options), entities);
  await database.transaction((transaction) => transaction.change('DELETE FROM gateway_failures'));
  return { database, [Symbol.asyncDispose]: () => database.close() };
}

async function addReason(transaction: Transaction, id: string, reason = id): Promise<void> {
  const sql = `INSERT INTO gateway_failures (image_id, reason, created_at) VALUES (?, ?, ${transaction.dialect.now})`;
  await transaction.change(sql, [id, reason]);
}

async function reasons(database: Database, ids: string[]): Promise<string[]> {
  const sql = `SELECT reason FROM gateway_failures WHERE image_id IN (${ids.map(() => '?').join()})`;
  return (await database.read(sql, ids)).map((row) => String(row.reason));
}
