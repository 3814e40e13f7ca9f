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

test('a single transfer gets half of the memory, each further one half of the rest', () => {
  const { lend } = pool(64 * KIB, KIB);
  expect(Array.from({ length: 5 }, () => sizeOf(lend()) / KIB)).toEqual([32, 16, 8, 4, 2]);
});

test('a hundred transfers at once use little more than the total', () => {
  const { lend } = pool(64 * KIB, KIB);
  const all = Array.from({ length: 100 }, () => sizeOf(lend()));
  expect(Math.min(...all)).toBe(KIB);
  expect(all.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(64 * KIB + 100 * KIB);
});

test('a transfer leaves memory that it does not want', () => {
  const { lend } = pool(64 * KIB, KIB);
  expect([sizeOf(lend(3 * KIB)), sizeOf(lend(1)), sizeOf(lend())]).toEqual([2 * KIB, KIB, 16 * KIB]);
});

test('returned memory is lent again, to one transfer at a time', () => {
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

test('at most twice the total is kept after a rush', () => {
  const { lend } = pool(8 * KIB, KIB);
  const rush = Array.from({ length: 100 }, () => lend());
  for (const { giveBack } of rush) giveBack();
  allocated = 0;
  for (let count = 0; count < 100; count += 1) lend();
  expect(allocated).toBeGreaterThanOrEqual(80 * KIB);
});
