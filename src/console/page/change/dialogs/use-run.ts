import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import type { Failure } from '../../gateway/failure.js';
import { say, sayFailure } from '../../messages/messages.js';
import { useWarningBeforeLeaving } from '../../parts/use-warning-before-leaving.js';
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
  const isRunning = settled !== undefined;
  // Nothing goes on that nobody sees and nobody can stop.
  useEffect(
    () => () => {
      isStopped.current = true;
    },
    [],
  );
  useWarningBeforeLeaving(isRunning);
  return {
    ended,
    /** Undefined while nothing runs. */
    settled,
    run: {
      begin: (change: Change, ids: readonly string[]) => make(change, ids, []),
      /** Runs it again for the images that are left. */
      goOn: (change: Change) => {
        const isOpen = ({ result }: Ending) => result === 'left' || result === 'unknown';
        return make(
          change,
          ended!.endings.filter(isOpen).map(({ id }) => id),
          ended!.endings.filter((each) => !isOpen(each)),
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
    try {
      const { endings, failure } = await run(
        ids,
        (part) => sendChange(client, change, part),
        () => isStopped.current,
        (count) => setSettled({ count, of: ids.length }),
      );
      const all = [...before, ...endings];
      setEnded({ endings: all, failure });
      tell(change, all, failure);
      return all.every(({ result }) => result === 'done');
    } finally {
      setSettled(undefined);
    }
  }

  function tell(change: Change, endings: readonly Ending[], failure: Failure | undefined): void {
    const report = textOf(reportOf(endings, images!));
    const of = (wanted: Ending['result']) => endings.filter(({ result }) => result === wanted).length;
    // A deletion need not be done twice.
    const done = of('done') + (change.kind === 'delete' ? of('gone') : 0);
    const text = texts.bulk.done[change.kind](done);
    if (done === endings.length) return say(text, report);
    const others = endings.length - done - of('unknown');
    const parts = [
      text,
      others > 0 && texts.bulk.others(others),
      of('unknown') > 0 && texts.bulk.unknown(of('unknown')),
    ];
    sayFailure(parts.filter(Boolean).join(' '), report, failure?.requestId);
  }
}
