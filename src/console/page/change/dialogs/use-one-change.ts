import { useState } from 'react';
import { useClient } from 'urql';
import { Failure } from '../../gateway/failure.js';
import { say } from '../../messages/messages.js';
import { texts } from '../../texts/texts.js';
import { meansGone, type Change } from '../change.js';
import { sendChange } from '../send-change.js';

/** Makes changes to one image, and says what came of them. */
export function useOneChange(id: string, name: string) {
  const client = useClient();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  return { isBusy, failure, make };

  /** Returns true when the change is done; a deletion of an image that is gone is done, too. */
  async function make(change: Change): Promise<boolean> {
    setBusy(true);
    setFailure(undefined);
    try {
      const [{ error }] = await sendChange(client, change, [id]);
      const isGone = change.kind === 'delete' && meansGone(error?.code);
      if (error && !isGone) throw new Failure(error.code, error.message);
      say(isGone ? texts.change.wasGone(name) : texts.change.doneOne[change.kind](name));
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
