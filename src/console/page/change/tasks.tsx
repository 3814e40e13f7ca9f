import { createContext, lazy, Suspense, useContext, useState } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { Failure, isRefusal } from '../gateway/failure.js';
import type { ImageRowFragment } from '../gateway/operations.js';
import { say, sayFailure } from '../messages/messages.js';
import { Late } from '../parts/late.js';
import { texts } from '../texts/texts.js';
import type { ActionKind } from './actions.js';
import type { Change } from './change.js';
import { sendChange } from './send-change.js';
import { NOTHING_DELETED, type Task, type TaskEnd } from './task.js';

/** The dialogs come with the first task. */
const Dialogs = lazy(() => import('./dialogs/dialogs.js'));
const BeginTask = createContext<(task: Task) => void>(() => undefined);

/** Returns what begins a task. */
export function useBeginTask(): (task: Task) => void {
  return useContext(BeginTask);
}

/** Shows the dialog of the task that its content begins. */
export function Tasks({
  children,
  onEnd,
}: {
  children: React.ReactNode;
  onEnd: (task: Task, end: TaskEnd) => void;
}) {
  const [task, setTask] = useState<Task>();
  const end = (how: TaskEnd) => {
    setTask(undefined);
    if (task) onEnd(task, how);
  };
  return (
    <BeginTask value={setTask}>
      {children}
      {task && (
        <Late
          onFailure={() => {
            sayFailure(texts.late.failed, texts.late.hint);
            end(NOTHING_DELETED);
          }}
        >
          <Suspense>
            <Dialogs task={task} onEnd={end} />
          </Suspense>
        </Late>
      )}
    </BeginTask>
  );
}

/** Returns what does an action of a menu: at once where it can be taken back, else by way of a dialog or a screen. */
export function useAct(): (kind: ActionKind, image: ImageRowFragment) => void {
  const begin = useBeginTask();
  const [, navigate] = useLocation();
  const client = useClient();
  return (kind, image) => {
    const { id } = image;
    const name = image.name || id;
    if (kind === 'edit') return begin({ kind: 'edit', id, name });
    if (kind === 'delete') return begin({ kind: 'deleteOne', id, name });
    if (kind === 'withhold') return begin({ kind: 'withholdOne', id, name });
    if (kind === 'tags') return begin({ kind: 'bulk', change: 'tags', ids: [id] });
    // The list stays as its address has it.
    if (kind === 'share') return navigate(`/images/${id}/sharing${window.location.search}`);
    void changeOne({ kind }, { id, name });
  };

  async function changeOne(change: Change, { id, name }: { id: string; name: string }): Promise<void> {
    try {
      const [{ error }] = await sendChange(client, change, [id]);
      if (error) sayFailure(texts.change.failedOne(name), error.message);
      else say(texts.change.doneOne[change.kind](name));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const told = isRefusal(error) ? texts.change.failedOne(name) : texts.change.unknownOne(name);
      sayFailure(told, error.message, error.requestId);
    }
  }
}
