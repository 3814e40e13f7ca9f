import { expect, test } from 'vitest';
import { bufferPool } from '../../src/store/buffer-pool.js';

const KIB = 1024;
let allocated = 0;
const pool = (total: number, least: number) =>
  bufferPool(total, least, (bytes) => {
    allocated += bytes;
    return Buffer.alloc(bytes);
  });
const sizeOf = ({ pair }: { pair: readonly [Buffer, Buffer] }) => pair[0].length + pair[1].length;

test('a transfer alone gets half of the memory, each further one half of what is left', () => {
  const { lend } = pool(64 * KIB, KIB);
  expect(Array.from({ length: 5 }, () => sizeOf(lend()) / KIB)).toEqual([32, 16, 8, 4, 2]);
});

test('a hundred at once have little more than the total', () => {
  const { lend } = pool(64 * KIB, KIB);
  const all = Array.from({ length: 100 }, () => sizeOf(lend()));
  expect(Math.min(...all)).toBe(KIB);
  expect(all.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(64 * KIB + 100 * KIB);
});

test('what is not wanted is left for others', () => {
  const { lend } = pool(64 * KIB, KIB);
  expect([sizeOf(lend(3 * KIB)), sizeOf(lend(1)), sizeOf(lend())]).toEqual([2 * KIB, KIB, 16 * KIB]);
});

test('memory that is given back is lent again, to one at a time', () => {
  const { lend } = pool(64 * KIB, KIB);
  const first = lend();
  first.giveBack();
  first.giveBack();
  allocated = 0;
  const [second, third] = [lend(), lend()];
  expect(second.pair).toBe(first.pair);
  expect(third.pair).not.toBe(first.pair);
  expect([sizeOf(second), sizeOf(third), allocated]).toEqual([32 * KIB, 16 * KIB, 16 * KIB]);
});

test('after a rush no more than twice the total is kept', () => {
  const { lend } = pool(8 * KIB, KIB);
  const rush = Array.from({ length: 100 }, () => lend());
  for (const { giveBack } of rush) giveBack();
  allocated = 0;
  for (let count = 0; count < 100; count += 1) lend();
  expect(allocated).toBeGreaterThanOrEqual(80 * KIB);
});
