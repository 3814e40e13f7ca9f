import { useState } from 'react';
import { FailureBox, Skeleton } from '../../parts/states.js';
import { texts } from '../../texts/texts.js';
import type { Change } from '../change.js';
import { NOTHING_DELETED, type Task, type TaskEnd } from '../task.js';
import { BulkPreview } from './bulk-preview.js';
import { BulkReport, reportOf } from './bulk-report.js';
import { ChooseTags } from './choose-tags.js';
import { ChooseVisibility } from './choose-visibility.js';
import { DialogActions, TaskDialog } from './task-dialog.js';
import { useImagesNow } from './use-images-now.js';
import { useRun } from './use-run.js';

type BulkTask = Extract<Task, { kind: 'bulk' }>;

/** Changes many images: what to do, what it means for which of them, the run, and what came of it. */
export function Bulk({ task, onEnd }: { task: BulkTask; onEnd: (end: TaskEnd) => void }) {
  const { images, keptSeconds, failure, again } = useImagesNow(task.ids);
  const [change, setChange] = useState<Change | undefined>(firstChange(task));
  const { run, ended, settled } = useRun(images);

  const isRunning = settled !== undefined;
  const close = () => {
    const isDeleted = ended !== undefined && task.change === 'delete';
    const gone = isDeleted ? ended.endings.filter(({ result }) => ['done', 'gone'].includes(result)) : [];
    onEnd(gone.length > 0 ? { deleted: gone.map(({ id }) => id) } : NOTHING_DELETED);
  };
  const choose = async (chosen: Change) => {
    setChange(chosen);
    // The tags of one image need no preview: the dialog shows them already.
    const isShown = chosen.kind === 'tags' && task.ids.length === 1;
    if (isShown && (await run.begin(chosen, task.ids))) onEnd(NOTHING_DELETED);
  };
  return (
    <TaskDialog title={texts.bulk.titles[task.change](task.ids.length)} isBusy={isRunning} onClose={close}>
      {body()}
    </TaskDialog>
  );

  function body() {
    if (failure || !images)
      return (
        <>
          {failure ? <FailureBox failure={failure} again={again} /> : <Skeleton rows={4} />}
          <DialogActions startsHere onCancel={close} />
        </>
      );
    if (ended && change)
      return (
        <BulkReport
          change={change}
          report={reportOf(ended.endings, images)}
          failure={ended.failure}
          onGoOn={() => void run.goOn(change)}
          onClose={close}
        />
      );
    if (!change && task.change === 'tags')
      return (
        <ChooseTags
          images={[...images.values()]}
          onChoose={(chosen) => void choose(chosen)}
          onCancel={close}
        />
      );
    if (!change)
      return (
        <ChooseVisibility
          images={[...images.values()]}
          onChoose={(chosen) => void choose(chosen)}
          onCancel={close}
        />
      );
    return (
      <BulkPreview
        change={change}
        images={images}
        keptSeconds={keptSeconds}
        settled={settled}
        onBegin={(ids) => void run.begin(change, ids)}
        onStop={run.stop}
        onCancel={close}
      />
    );
  }
}

function firstChange({ change }: BulkTask): Change | undefined {
  return change === 'tags' || change === 'visibility' ? undefined : { kind: change };
}
