import { describe, expect, test } from 'vitest';
import { accountKey, attempts } from '../../src/console/session/attempts.js';

describe('the limit of failed logins', () => {
  test.each(['Alice', ' alice ', 'al\u200bice', 'al\u00adice', 'al\u0001ice', 'Álice', 'alıce', 'ALICE'])(
    'counts %j as alice',
    (name) => {
      expect(accountKey('Default', name)).toBe(accountKey('default', 'alice'));
    },
  );

  test('tells accounts apart', () => {
    expect(accountKey('a', 'b')).not.toBe(accountKey('b', 'a'));
    expect(accountKey('a', 'alice')).not.toBe(accountKey('a', 'bob'));
  });

  test('stays for an account while others try, and succeed', () => {
    const { begin } = attempts();
    for (let n = 0; n < 5; n += 1) begin(`10.0.0.${n}`, 'alice');
    for (let n = 0; n < 20_000; n += 1) begin('10.1.1.1', `other-${n}`)();
    expect(() => begin('10.2.2.2', 'alice')).toThrow(expect.objectContaining({ code: 'TOO_MANY_ATTEMPTS' }));
  });
});
