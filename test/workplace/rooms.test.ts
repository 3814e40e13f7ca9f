import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';

const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => ruleId === 'rooms/arrows',
});

/** Lints a text as if it were this file, and returns the messages. */
async function problems(filePath: string, text: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(text, { filePath });
  return messages.map(({ message }) => message);
}

describe('a file of src/graphql/limits', () => {
  const file = 'src/graphql/limits/probe.ts';
  const refusal = 'src/graphql/limits may not use src/rest/v1; see lint/rooms.js.';

  test.each([
    "import { v1Face } from '../../rest/v1/v1-face.js';",
    "import type { V1Face } from '../../rest/v1/v1-face.js';",
    "import '../../rest/v1/v1-face.js';",
    "export { v1Face } from '../../rest/v1/v1-face.js';",
    "export * from '../../rest/v1/v1-face.js';",
    "export const face = () => import('../../rest/v1/v1-face.js');",
    "export type Face = import('../../rest/v1/v1-face.js').V1Face;",
    "import { v1Face } from '../../graphql/../rest/v1/v1-face.js';",
    "import { v1Face } from './../../rest/v1/deeper/v1-face.js';",
  ])('may not reach into another face: %s', async (text) => {
    expect(await problems(file, text)).toEqual([refusal]);
  });

  test('may not use the room around it', async () => {
    expect(await problems(file, "import '../schema.js';")).toEqual([
      'src/graphql/limits may not use src/graphql; see lint/rooms.js.',
    ]);
  });

  test('may not use what lies outside src/', async () => {
    expect(await problems(file, "import '../../../test/support/gateway.js';")).toEqual([
      'src/graphql/limits may not use what lies outside src/; see lint/rooms.js.',
    ]);
  });

  test.each(["import './cost.js';", "import '../../image/errors.js';", "import 'graphql';"])(
    'may use its own room, the rooms of its line, and packages: %s',
    async (text) => expect(await problems(file, text)).toEqual([]),
  );
});

test('a room may not use a room within it that its line does not name', async () => {
  expect(await problems('src/image/probe.ts', "import './records/image.js';")).toEqual([
    'src/image may not use src/image/records; see lint/rooms.js.',
  ]);
});

test('a folder without a line belongs to the room around it', async () => {
  expect(await problems('src/database/migrations/probe.ts', "import '../../image/errors.js';")).toEqual([
    'src/database may not use src/image; see lint/rooms.js.',
  ]);
});

test('a new folder of src/ needs a line', async () => {
  expect(await problems('src/feed/probe.ts', "import '../image/errors.js';")).toEqual([
    'src/feed has no line in the table of rooms, lint/rooms.js.',
  ]);
});
