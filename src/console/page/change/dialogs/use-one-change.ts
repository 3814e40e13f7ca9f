import { useClient } from 'urql';
import { Failure } from '../../gateway/failure.js';
import { say } from '../../messages/messages.js';
import { texts } from '../../texts/texts.js';
import { meansGone, type Change } from '../change.js';
import { sendChange } from '../send-change.js';
import { useSending } from '../use-sending.js';

/** Makes changes to one image, and says what came of them. */
export function useOneChange(id: string, name: string) {
  const client = useClient();
  const { isBusy, failure, send } = useSending();
  return { isBusy, failure, make };

  /** Returns true when the change is done; a deletion of an image that is gone is done, too. */
  function make(change: Change): Promise<boolean> {
    return send(async () => {
      const [{ error }] = await sendChange(client, change, [id]);
      const isGone = change.kind === 'delete' && meansGone(error?.code);
      if (error && !isGone) throw new Failure(error.code, error.message);
      say(isGone ? texts.change.wasGone(name) : texts.change.doneOne[change.kind](name));
    });
  }
}
