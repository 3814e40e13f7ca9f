let milliseconds = 0;

/** Has something done that is no measuring, such as filling a database, and keeps count of how long it takes. */
export async function loading(work) {
  const began = performance.now();
  try {
    return await work();
  } finally {
    milliseconds += performance.now() - began;
  }
}

/** Seconds that went into it until now. */
export const secondsOfLoading = () => milliseconds / 1000;
