import { afterAll, test } from 'vitest';
import { nothingIsLeftOf } from '../support/broken-forms.js';
import { endAll } from '../support/process.js';

afterAll(endAll);

test('forms that break off, fall silent or become slow leave nothing behind', async () => {
  await nothingIsLeftOf(30, { trickles: false });
});
