import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replay } from '../recordings/replay.js';

const { ORACLE_CASES: folder, ORACLE_REPLAY: program } = process.env;
if (!folder || !program) {
  process.stderr.write(
    'skipped: the recordings of a real Glance, since ORACLE_CASES and ORACLE_REPLAY are not set\n',
  );
}

describe.skipIf(!folder || !program)('a recorded answer of a real Glance is repeated', () => {
  const files = folder && program ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

  test.each(files)('%s', { timeout: 300_000 }, async (file) => {
    const { failed, lines } = await replay(join(folder!, file), program!);
    expect([failed, lines]).toEqual([0, []]);
  });
});
