import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInbox, SHOWN, writeInbox } from '../../src/console/page/inbox/inbox-address.js';

describe('the address of the inbox in the console', () => {
  test('says what is shown: what is written is read again', () => {
    const addresses = fc.record({
      show: fc.constantFrom(...SHOWN),
      project: fc.string({ unit: 'grapheme', maxLength: 20 }),
    });
    fc.assert(
      fc.property(addresses, (address) => {
        expect(readInbox(writeInbox(address))).toEqual(address);
      }),
    );
  });

  test('is empty for what is the default, and leaves out what nobody knows', () => {
    expect(writeInbox({ show: 'waiting', project: '' })).toBe('');
    expect(readInbox('?show=nothing&other=1')).toEqual({ show: 'waiting', project: '' });
  });
});
