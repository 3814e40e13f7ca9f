import { createConnection } from 'mysql2/promise';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onEachDatabase, type Place, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { imageStatements, planOf } from '../support/plans.js';
import { data, shapes, type Shape } from '../support/scale.js';
import { sql } from '../support/sql.js';
import { hasRecordedPlans } from '../support/statements.js';
import { statementFaults } from '../support/watched-statements.js';

const IMAGES = 50_000;
/** A step that reads all images, and follows no index. */
const READS_ALL = /\bi ALL\b|SCAN i(?! USING)/;

type Sort = NonNullable<Shape['behind']>;

const admin = as('operators', 'admin');

const CURSOR = gql(`query ($id: ID!, $sort: [ImageSort!]) {
  images(filter: { id: { eq: $id } }, sort: $sort) { edges { cursor } }
}`);
const LATEST = gql(`{
  images(first: 25, sort: { key: UPDATED_AT, direction: DESC }) { edges { node { updatedAt } } }
}`);

onEachDatabase(`the plans of every shape of a list among ${IMAGES} images`, (start, place) => {
  let gateway: TestGateway;
  let facts: Parameters<Shape['question']>[0];
  let isRecorded = true;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
    await fill(place);
    // The data is made in the SQL of one engine.
    statementFaults();
    const { images } = await run(gateway, LATEST, {}, admin);
    facts = { images: IMAGES, at: await middle(), latest: images.edges[20].node.updatedAt! };
    isRecorded = place.engine === 'sqlite' || (await hasRecordedPlans(place));
  }, 300_000);

  describe.each(Object.keys(shapes.CALLERS))('for the caller %s', (caller) => {
    test('are the recorded ones, and read no whole table', { timeout: 300_000 }, async () => {
      const lines = [];
      for (const shape of shapes.SHAPES.filter(({ callers }) => callers.includes(caller))) {
        const steps = await planned(shape, caller);
        lines.push(`${shape.name}:`, ...steps.map((step) => `    ${step}`));
        if (!shape.isBounded)
          expect(
            steps.filter((step) => READS_ALL.test(step)),
            shape.name,
          ).toEqual([]);
      }
      const recorded = `./plans/${place.engine}/${caller}.txt`;
      if (isRecorded) await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(recorded);
    });
  });

  async function planned(shape: Shape, caller: string): Promise<string[]> {
    const question = shape.question(facts) as { variables: object };
    if (shape.behind) Object.assign(question.variables, { after: await cursorAt(facts.at, [shape.behind]) });
    const { path, ...request } = shapes.requestOf(question, caller);
    const ask = async () => {
      const response = await fetch(`${gateway.url}${path}`, request);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(/^\{"errors"/);
    };
    // The first request also asks how many images some conditions find.
    await ask();
    const statements = await imageStatements(place, ask);
    return counted((await Promise.all(statements.map((each) => planOf(place, each)))).flat());
  }

  async function cursorAt(number: number, sort: Sort[], caller = admin): Promise<string | undefined> {
    const { images } = await run(gateway, CURSOR, { id: data.idOf(number), sort }, caller);
    return images.edges[0]?.cursor;
  }

  /** Returns the number of an image in the middle that administrators and a tenant see. */
  async function middle(): Promise<number> {
    let at = IMAGES / 2;
    while (!(await cursorAt(at, [{ key: 'CREATED_AT', direction: 'ASC' }], as('big')))) at += 1;
    return at;
  }
});

/** Returns each step once, with the number of times that it occurs: a page for a tenant has a branch for each kind of image. */
function counted(steps: string[]): string[] {
  const counts = new Map<string, number>();
  for (const step of steps.map((each) => each.replace(/\b(branch)\d+/, '$1'))) {
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  return [...counts].map(([step, count]) => (count === 1 ? step : `${count} × ${step}`));
}

async function fill(place: Place): Promise<void> {
  const { MARIADB, SQLITE, fillStatements, numberStatements } = data;
  const spelling = place.engine === 'mysql' ? MARIADB : SQLITE;
  const statements = [
    ...numberStatements(IMAGES, spelling),
    ...fillStatements(IMAGES, spelling, { hasMicroseconds: true }),
  ];
  if (place.engine === 'sqlite') {
    for (const statement of statements) await sql(place, statement);
    return;
  }
  const connection = await createConnection(place.options.DATABASE_URL);
  try {
    await connection.query("SET SESSION sql_mode = 'PIPES_AS_CONCAT', time_zone = '+00:00'");
    for (const statement of statements) await connection.query(statement);
    await connection.query('ANALYZE TABLE images, image_properties, image_tags, image_members');
  } finally {
    await connection.end();
  }
}
