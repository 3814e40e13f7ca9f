import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const MIB = 1024 * 1024;
/** V8's own limit is twice as much. Half of it costs lists 5 %. */
const YOUNG_GENERATION = 16 * MIB;
const CHECK_MS = 50;

/**
 * Keeps the heap small. It may grow by 30 % between two collections: with V8's default of up to 300 %, the garbage of a
 * hundred transfers grows larger than everything else. Lists cost the same with either value; a start would cost a seventh
 * more, so call this after the start.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  limitYoungGeneration();
}

/**
 * Limits the young generation, for which Node has an option of its command line only. V8 multiplies its size by a factor
 * that may be changed. An idle gateway's young generation shrinks, so it has to be able to grow again.
 */
function limitYoungGeneration(): void {
  const adjust = () => {
    const { space_size: size } = getHeapSpaceStatistics().find((each) => each.space_name === 'new_space')!;
    setFlagsFromString(`--semi-space-growth-factor=${size < YOUNG_GENERATION ? 2 : 1}`);
  };
  adjust();
  setInterval(adjust, CHECK_MS).unref();
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
