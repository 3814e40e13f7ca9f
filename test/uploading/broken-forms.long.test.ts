import { afterAll, test } from 'vitest';
import { nothingIsLeftOf } from '../support/broken-forms.js';
import { endAll } from '../support/process.js';

const FORMS = Number(process.env.BROKEN_FORMS ?? 300);

afterAll(endAll);

test(`${FORMS} forms that break off, fall silent or become slow, at every part and every 64 KiB, leave nothing behind`, async () => {
  await nothingIsLeftOf(FORMS, { trickles: true });
}, 600_000);
