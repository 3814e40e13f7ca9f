/** Runs work, and tells its end: with the error if it failed. */
export async function untilEnd<T>(
  end: ((failure?: unknown) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const outcome = await work();
    end?.();
    return outcome;
  } catch (error) {
    end?.(error);
    throw error;
  }
}
