/**
 * Waits.
 *
 * @param wake ends it early
 * @throws the signal's reason
 */
export async function pause(milliseconds: number, signal: AbortSignal, wake?: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(over, milliseconds);
    const signals = wake ? [signal, wake] : [signal];
    for (const each of signals) each.addEventListener('abort', over);

    function over(): void {
      clearTimeout(timer);
      for (const each of signals) each.removeEventListener('abort', over);
      resolve();
    }
  });
  signal.throwIfAborted();
}
