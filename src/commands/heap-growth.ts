import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
/** V8's own limit is twice as much. Half of it costs lists 5 %. */
const YOUNG_GENERATION = 16 * MIB;

/**
 * Keeps the heap small. It may grow by 30 % between two collections: with V8's default of up to 300 %, the garbage of a
 * hundred transfers grows larger than everything else. Lists cost the same with either value; a start would cost a seventh
 * more, so call this after the start.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  collectAll();
  limitYoungGeneration();
}

/**
 * Runs a full collection. V8 applies the limit of growth at the end of each one, and would make the first only when the
 * heap has grown to more than twice its size.
 */
function collectAll(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-expose-gc');
}

/**
 * Limits the young generation, for which Node has an option of its command line only. V8 multiplies its size by a factor
 * that may be changed. It changes the size only in a collection. An idle gateway's young generation shrinks, so it has to
 * be able to grow again.
 */
function limitYoungGeneration(): void {
  const adjust = () => {
    const { space_size: size } = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space')!;
    setFlagsFromString(`--semi-space-growth-factor=${size < YOUNG_GENERATION ? 2 : 1}`);
  };
  adjust();
  new PerformanceObserver(adjust).observe({ entryTypes: ['gc'] });
  // A thread that starts sets V8's own factor.
  process.on('worker', (worker) => {
    const again = setInterval(adjust, 1);
    const isUp = () => {
      clearInterval(again);
      adjust();
    };
    worker.once('online', isUp).once('exit', isUp);
  });
}
