import { useState } from 'react';
import { Failure } from '../gateway/failure.js';

/** Makes one change at a time, and keeps why the last one failed. */
export function useSending() {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  return { isBusy, failure, send };

  /** Returns true when the change is made. */
  async function send(change: () => Promise<void>): Promise<boolean> {
    setBusy(true);
    setFailure(undefined);
    try {
      await change();
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
      return false;
    } finally {
      setBusy(false);
    }
  }
}
