const WINDOW_MS = 10_000;
/** A speed of less time says little. */
const SHORTEST_MS = 1000;
/** The time that is left is told from here on. */
const STEADY_MS = 5000;

/** Measures a speed over the last ten seconds. */
export interface Speed {
  /** Notes how many bytes are sent by now. */
  note(bytes: number, now?: number): void;
  /** Returns bytes per second; undefined while that is not known. */
  current(now?: number): number | undefined;
  /** Returns seconds; undefined while that is not known. */
  left(bytes: number, now?: number): number | undefined;
}

export function speedometer(): Speed {
  let samples: { at: number; bytes: number }[] = [];
  let begunAt: number | undefined;
  const current = (now: number) => {
    const [first] = samples;
    const last = samples.at(-1);
    if (!first || !last || now - first.at < SHORTEST_MS) return undefined;
    return ((last.bytes - first.bytes) / (now - first.at)) * 1000;
  };
  return {
    note(bytes, now = Date.now()) {
      // An upload that goes on from an earlier byte begins anew.
      if (samples.length > 0 && bytes < samples.at(-1)!.bytes) samples = [];
      begunAt ??= now;
      samples = [...samples.filter(({ at }) => now - at <= WINDOW_MS), { at: now, bytes }];
    },
    current: (now = Date.now()) => current(now),
    left(bytes, now = Date.now()) {
      const speed = current(now);
      if (!speed || now - begunAt! < STEADY_MS) return undefined;
      return bytes / speed;
    },
  };
}
