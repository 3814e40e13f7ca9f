import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/console/page/gateway/failure.js';
import { announcer } from '../../src/console/page/upload/announcements.js';
import { newId } from '../../src/console/page/upload/new-id.js';
import { freshHistory, nextStep, type History, type Stop } from '../../src/console/page/upload/next-step.js';
import { queue } from '../../src/console/page/upload/queue.js';
import { speedometer } from '../../src/console/page/upload/speed.js';
import type { Transfer, TransferState } from '../../src/console/page/upload/transfer.js';

const MIB = 1024 ** 2;
const stop = (status: number | null, code = 'ANY', retryAfter: number | null = null): Stop => ({
  status,
  failure: new Failure(code, '', null, retryAfter),
});

describe('an upload of the console, after a failure', () => {
  test.each([null, 408, 425, 429, 500, 502, 503, 504])(
    'with status %s waits longer each time, a minute at most',
    (status) => {
      const waits: number[] = [];
      let history = freshHistory();
      for (let n = 0; n < 9; n += 1) {
        const next = nextStep(stop(status), history, 0);
        if (next.kind !== 'wait') throw new Error(next.kind);
        waits.push(next.seconds);
        history = next.history;
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    },
  );

  test.each([
    [7, 7],
    [0, 1],
    [-5, 1],
    [1e9, 3600],
  ])('that asks for a wait of %i seconds waits %i', (asked, seconds) => {
    expect(nextStep(stop(503, 'ANY', asked), freshHistory())).toMatchObject({ kind: 'wait', seconds });
  });

  test('with status 401 waits for the login', () => {
    expect(nextStep(stop(401), freshHistory())).toEqual({ kind: 'login' });
  });

  test.each([400, 403, 404, 410, 412, 501])('with status %s stops', (status) => {
    expect(nextStep(stop(status, 'UPLOAD_EXTENSION'), freshHistory()).kind).toBe('stop');
  });

  test.each([409, 423])('with status %s goes on five times in a row, then stops', (status) => {
    const kinds: string[] = [];
    let history: History = freshHistory();
    for (let n = 0; n < 6; n += 1) {
      const next = nextStep(stop(status), history, 0);
      kinds.push(next.kind);
      if (next.kind === 'wait') ({ history } = next);
    }
    expect(kinds).toEqual(['wait', 'wait', 'wait', 'wait', 'wait', 'stop']);
  });

  test('with status 413 of a proxy halves its parts down to 1 MiB, then stops', () => {
    const sizes: number[] = [];
    let history = freshHistory();
    for (;;) {
      const next = nextStep(stop(413, 'HTTP 413'), history);
      if (next.kind === 'stop') {
        expect(next.code).toBe('PROXY_REFUSES_PARTS');
        break;
      }
      if (next.kind !== 'smaller') throw new Error(next.kind);
      ({ history } = next);
      sizes.push(history.partSize / MIB);
    }
    expect(sizes).toEqual([32, 16, 8, 4, 2, 1]);
  });

  test('with status 413 of the gateway stops', () => {
    expect(nextStep(stop(413, 'STORE_FULL'), freshHistory())).toEqual({ kind: 'stop' });
  });
});

describe('the speed of an upload', () => {
  test('is that of the last ten seconds', () => {
    const speed = speedometer();
    for (let second = 0; second <= 20; second += 1)
      speed.note(second < 10 ? 0 : (second - 10) * MIB, second * 1000);
    expect(speed.current(20_000)).toBe(MIB);
  });

  test('is not told in the first second, and the time that is left not in the first five', () => {
    const speed = speedometer();
    speed.note(0, 0);
    speed.note(MIB, 500);
    expect(speed.current(500)).toBeUndefined();
    speed.note(4 * MIB, 4000);
    expect(speed.current(4000)).toBe(MIB);
    expect(speed.left(MIB, 4000)).toBeUndefined();
    speed.note(5 * MIB, 5000);
    expect(speed.left(10 * MIB, 5000)).toBe(10);
  });

  test('is never below zero, also where an upload goes on from an earlier byte', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 2 }), (amounts) => {
        const speed = speedometer();
        amounts.forEach((bytes, nth) => speed.note(bytes, nth * 700));
        expect(speed.current(amounts.length * 700) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a screen reader hears of an upload', () => {
  const at = (kind: TransferState['kind'], confirmed = 0) =>
    ({
      id: 'a',
      name: 'debian',
      fileName: 'debian.raw',
      size: 100,
      confirmed,
      sent: confirmed,
      state: { kind },
    }) as Transfer;

  test('its start, each quarter and its end, once each', () => {
    const seen = [
      at('waiting'),
      ...Array.from({ length: 101 }, (_, n) => at('sending', n)),
      at('checking', 100),
      at('done', 100),
    ];
    const newsOf = announcer();
    const heard = seen.flatMap((now) => newsOf([now]));
    expect(heard).toEqual(
      [
        'The upload of debian begins.',
        '25 % of debian has arrived.',
        '50 % of debian has arrived.',
        '75 % of debian has arrived.',
        'debian is ready.',
      ].map((text) => ({ text, isUrgent: false })),
    );
  });

  test('at once that it has stopped, or waits for the login', () => {
    const newsOf = announcer();
    newsOf([at('sending')]);
    expect(newsOf([at('loginEnded')])).toMatchObject([{ isUrgent: true }]);
    expect(newsOf([at('stopped')])).toMatchObject([{ isUrgent: true }]);
  });

  test('no quarter twice, also where it goes on from an earlier byte', () => {
    const newsOf = announcer();
    const seen = [
      at('sending', 0),
      at('sending', 60),
      at('paused', 60),
      at('sending', 10),
      at('sending', 60),
    ];
    const heard = seen.flatMap((now) => newsOf([now])).map(({ text }) => text);
    expect(heard).toEqual(['50 % of debian has arrived.']);
  });

  test('the news of several uploads at one moment', () => {
    const newsOf = announcer();
    const other = { ...at('waiting'), id: 'b', name: 'alma' };
    newsOf([at('waiting'), other]);
    expect(newsOf([at('sending'), { ...other, state: { kind: 'sending' } }])).toHaveLength(2);
  });

  test('nothing of one that ended before the page was loaded', () => {
    expect(announcer()([at('done')])).toEqual([]);
  });
});

describe('the queue of uploads', () => {
  type Step = { kind: 'add' | 'stop' | 'end'; id: number } | { kind: 'most'; most: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ kind: fc.constantFrom('add' as const, 'stop' as const, 'end' as const), id: fc.nat(5) }),
    fc.record({ kind: fc.constant('most' as const), most: fc.integer({ min: 1, max: 6 }) }),
  );

  test('runs each upload once at a time, the first that came first, and never more than may run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        let most = 3;
        const running = new Map<string, () => void>();
        const begun: string[] = [];
        // The model: those that wait, in order.
        let waiting: string[] = [];
        const uploads = queue(
          () => most,
          (id, signal) => {
            expect(running.has(id)).toBe(false);
            expect(running.size).toBeLessThan(most);
            begun.push(id);
            return new Promise((resolve) => {
              const over = () => {
                running.delete(id);
                resolve();
              };
              running.set(id, over);
              signal.addEventListener('abort', over);
            });
          },
        );
        const settled = () => new Promise((resolve) => setImmediate(resolve));
        for (const each of steps) {
          if (each.kind === 'most') {
            ({ most } = each);
            uploads.fill();
          } else if (each.kind === 'add') {
            waiting = [...waiting.filter((id) => id !== String(each.id)), String(each.id)];
            uploads.add(String(each.id));
          } else if (each.kind === 'stop') {
            waiting = waiting.filter((id) => id !== String(each.id));
            await uploads.stop(String(each.id));
          } else running.get(String(each.id))?.();
          await settled();
          for (const id of begun.splice(0)) {
            expect(id).toBe(waiting.find((one) => one === id || !running.has(one)));
            waiting = waiting.filter((one) => one !== id);
          }
          const free = waiting.filter((id) => !running.has(id));
          expect(running.size >= most || free.length === 0).toBe(true);
        }
      }),
    );
  });
});

test('a new id is a random UUID', () => {
  const ids = new Set(Array.from({ length: 1000 }, newId));
  expect(ids.size).toBe(1000);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
