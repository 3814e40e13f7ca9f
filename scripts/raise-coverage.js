import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOMS } from '../lint/rooms.js';

/**
 * Raises each room's floor of coverage to a few points below what the last `npm run coverage` measured. A floor
 * never sinks. A room counts with the rooms within it.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const FLOORS = join(ROOT, 'test/coverage-floor.json');
/** Points between the measured value and the floor, for branches that only a race or a slow machine takes. */
const MARGIN = 3;

const measured = JSON.parse(readFileSync(join(ROOT, 'coverage/coverage-summary.json'), 'utf8'));
const files = Object.entries(measured)
  .filter(([file]) => file !== 'total')
  .map(([file, counts]) => ({ path: relative(join(ROOT, 'src'), file), counts }));

const floors = existsSync(FLOORS) ? JSON.parse(readFileSync(FLOORS, 'utf8')) : {};
const raised = {};
for (const room of Object.keys(ROOMS)) {
  const within = files.filter(({ path }) => path.startsWith(`${room}/`));
  if (within.length > 0) raised[room] = { lines: floor('lines'), branches: floor('branches') };

  function floor(kind) {
    const sum = (key) => within.reduce((all, { counts }) => all + counts[kind][key], 0);
    const percent = sum('total') === 0 ? 100 : (100 * sum('covered')) / sum('total');
    return Math.max(floors[room]?.[kind] ?? 0, Math.floor(percent) - MARGIN);
  }
}
writeFileSync(FLOORS, `${JSON.stringify(raised, null, 2)}\n`);
