import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuNanoseconds } from './process-facts.js';
import { answerOf } from './page-load.js';
import { idOf } from './scale-data.js';
import { ENGINES, startEngine } from './scale-engines.js';
import { FLAT, section, shown, titleOf, writeSection } from './scale-report.js';
import { requestOf, SHAPES } from './scale-shapes.js';
import { startGateway } from './servers.js';

const BASE = 10_000;
const RESULTS = fileURLToPath(new URL('SCALE.md', import.meta.url));

/** The cost of every shape of a list on many images against its cost on 10,000. */
export async function scale({ place, say, options }) {
  const images = Number(options.images ?? (options.full ? 10_000_000 : 1_000_000));
  const engines = options.engine ?? Object.keys(ENGINES);
  for (const name of engines) {
    const folder = options.keep ? join(options.keep, name) : mkdtempSync(join(place.folder, `${name}-`));
    say(`scale: starting ${name} in ${folder}`);
    const engine = await startEngine(place, name, folder, images);
    const sides = [];
    for (const count of [BASE, images]) {
      say(`scale: filling a database with ${count} images, unless it is filled`);
      const database = await engine.database(count);
      const gateway = await startGateway(place, database, `gateway-${name}-${count}`, {
        AUTH: 'trusted',
        ALLOW_ANONYMOUS_ACCESS: 'true',
        ...database.options,
      });
      sides.push({ database, gateway, facts: await factsOf(gateway, count) });
    }
    const text = section(await measured(sides, { name, options, say }), [BASE, images]);
    process.stdout.write(`${text}\n`);
    if (options.write) writeSection(RESULTS, titleOf(name, engine.version, images), text);
    for (const { gateway } of sides) await place.stop(gateway.child);
  }
  return {};
}

async function measured(sides, { name, options, say }) {
  const lines = [];
  for (const shape of SHAPES.filter(
    (each) => !options.shape || options.shape.some((part) => each.name.includes(part)),
  )) {
    for (const caller of shape.callers.filter((each) => !options.caller || options.caller.includes(each))) {
      const costs = await costsOf(sides, shape, caller);
      const line = { engine: name, shape, caller, costs };
      say(shown(line).join(' | '));
      lines.push(line);
    }
  }
  return lines;
}

/** The costs on each side; the least of three measurements where the first shows a growth, which other work may cause. */
async function costsOf(sides, shape, caller) {
  let costs;
  for (let time = 0; time < 3; time += 1) {
    const again = [];
    for (const side of sides) again.push(await costOf(side, shape, caller));
    costs = again.map((each, nth) => (costs && costs[nth].cost < each.cost ? costs[nth] : each));
    const [base, large] = costs;
    if (base.error || large.error || large.cost <= FLAT * base.cost || large.cost > SURELY_LINEAR * base.cost)
      break;
  }
  return costs;
}

const SURELY_LINEAR = 10;

/** What the questions name: an image in the middle that administrators and a tenant see, and a time that few images changed after. */
async function factsOf(gateway, images) {
  let at = images / 2;
  const isListed = async () => (await cursorOf(gateway, at, 'CREATED_AT', 'ASC', 'big')) !== undefined;
  while (!(await isListed())) at += 1;
  const { data } = JSON.parse(
    await answerOf(
      gateway,
      requestOf(
        question(
          '{ images(first: 25, sort: { key: UPDATED_AT, direction: DESC }) { edges { node { updatedAt } } } }',
        ),
        'admin',
      ),
    ),
  );
  return { images, at, latest: data.images.edges[20].node.updatedAt };
}

const question = (text, variables = {}) => ({ text, variables });

async function cursorOf(gateway, at, key, direction, caller = 'admin') {
  const asked = question(
    'query ($id: ID!, $sort: [ImageSort!]) { images(filter: { id: { eq: $id } }, sort: $sort) { edges { cursor } } }',
    { id: idOf(at), sort: [{ key, direction }] },
  );
  return JSON.parse(await answerOf(gateway, requestOf(asked, caller))).data.images.edges[0]?.cursor;
}

const MOST_ANSWERS = 60;
const ENOUGH_SECONDS = 0.15;
const LONGEST_SECONDS = 3;

/** Microseconds of processor time of an answer, in the gateway and in the database together, and the rows that it reads. */
async function costOf({ database, gateway, facts }, shape, caller) {
  const asked = shape.question(facts);
  if (shape.behind)
    asked.variables.after = await cursorOf(gateway, facts.at, shape.behind.key, shape.behind.direction);
  const request = requestOf(asked, caller);
  const spent = () => cpuNanoseconds(gateway.pid) + (database.pid ? cpuNanoseconds(database.pid) : 0);
  const began = performance.now();
  const first = await answerOf(gateway, request);
  const error = errorOf(first);
  if (error) return { error, seconds: (performance.now() - began) / 1000 };
  const isSlow = performance.now() - began > 1000;
  const rows = await database.rowsRead?.();
  const [from, start] = [spent(), performance.now()];
  let answers = 0;
  do {
    const answer = await answerOf(gateway, request);
    // The first answer may have come just within the time.
    const late = errorOf(answer);
    if (late) return { error: late, seconds: (performance.now() - began) / 1000 };
    if (answer !== first) throw new Error(`${shape.name}: another answer than before`);
    answers += 1;
  } while (
    !isSlow &&
    answers < MOST_ANSWERS &&
    (answers < 8 || spent() - from < ENOUGH_SECONDS * 1e9) &&
    performance.now() - start < LONGEST_SECONDS * 1000
  );
  const cost = (spent() - from) / answers / 1000;
  return { cost, rows: rows === undefined ? undefined : ((await database.rowsRead()) - rows) / answers };
}

function errorOf(text) {
  if (!text.startsWith('{')) return text.slice(0, 60);
  const { errors } = JSON.parse(text);
  return errors?.[0].extensions?.code ?? errors?.[0].message;
}
