import { useRef, useState } from 'react';
import { useClient } from 'urql';
import type { Failure } from '../../gateway/failure.js';
import { say, sayFailure } from '../../messages/messages.js';
import { texts } from '../../texts/texts.js';
import type { Change } from '../change.js';
import { run, type Ending } from '../run.js';
import { sendChange } from '../send-change.js';
import { reportOf, textOf } from './bulk-report.js';
import type { ImagesNow } from './use-images-now.js';

interface Ended {
  endings: readonly Ending[];
  failure?: Failure;
}

/** Runs a change of many images, which can be stopped and gone on with. */
export function useRun(images: ImagesNow | undefined) {
  const client = useClient();
  const [settled, setSettled] = useState<{ count: number; of: number }>();
  const [ended, setEnded] = useState<Ended>();
  const isStopped = useRef(false);
  return {
    ended,
    /** Undefined while nothing runs. */
    settled,
    run: {
      begin: (change: Change, ids: readonly string[]) => make(change, ids, []),
      /** Runs it again for the images that are left. */
      goOn: (change: Change) => {
        const left = ended!.endings.filter(({ result }) => result === 'left');
        return make(
          change,
          left.map(({ id }) => id),
          ended!.endings.filter(({ result }) => result !== 'left'),
        );
      },
      stop: () => {
        isStopped.current = true;
      },
    },
  };

  /** Returns true when every image is changed. */
  async function make(change: Change, ids: readonly string[], before: readonly Ending[]): Promise<boolean> {
    isStopped.current = false;
    setEnded(undefined);
    setSettled({ count: 0, of: ids.length });
    const { endings, failure } = await run(
      ids,
      (part) => sendChange(client, change, part),
      () => isStopped.current,
      (count) => setSettled({ count, of: ids.length }),
    );
    const all = [...before, ...endings];
    setSettled(undefined);
    setEnded({ endings: all, failure });
    tell(change, all, failure);
    return all.every(({ result }) => result === 'done');
  }

  function tell(change: Change, endings: readonly Ending[], failure: Failure | undefined): void {
    const report = reportOf(endings, images!);
    const count = endings.filter(({ result }) => result === 'done').length;
    const text = texts.bulk.done[change.kind](count);
    if (count === endings.length) return say(text, textOf(report));
    sayFailure(texts.bulk.partly(text, endings.length - count), textOf(report), failure?.requestId);
  }
}
