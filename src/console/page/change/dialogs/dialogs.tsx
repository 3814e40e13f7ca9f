import { DeleteOne } from './delete-one.js';
import { Bulk } from './bulk.js';
import { EditImage } from '../../edit/edit-image.js';
import type { Task, TaskEnd } from '../task.js';
import { WithholdOne } from './withhold-one.js';

/** The dialog of a task. This module and what only it needs is loaded with the first task. */
export default function Dialogs({ task, onEnd }: { task: Task; onEnd: (end: TaskEnd) => void }) {
  switch (task.kind) {
    case 'edit':
      return <EditImage id={task.id} name={task.name} onEnd={onEnd} />;
    case 'deleteOne':
      return <DeleteOne id={task.id} name={task.name} onEnd={onEnd} />;
    case 'withholdOne':
      return <WithholdOne id={task.id} name={task.name} onEnd={onEnd} />;
    case 'bulk': {
      const [id, ...others] = task.ids;
      // A selection of one is deleted with the same care as from its menu.
      if (task.change === 'delete' && others.length === 0)
        return <DeleteOne id={id} name={undefined} onEnd={onEnd} />;
      return <Bulk task={task} onEnd={onEnd} />;
    }
  }
}
