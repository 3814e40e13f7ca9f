import { useState } from 'react';
import { useLocation } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import type { Task, TaskEnd } from '../change/task.js';
import { Tasks } from '../change/tasks.js';
import { ImagePanel, type Part } from '../image/image-panel.js';
import { PANEL_WIDTH, useWiderThan } from '../parts/use-width.js';
import { ImageList } from './image-list.js';

/** The list of images, and one of them beside it where there is room, else in its place. */
export function ImagesScreen({ id, part }: { id?: string; part?: Part }) {
  const isWide = useWiderThan(PANEL_WIDTH);
  const query = useSearch();
  const [, navigate] = useLocation();
  const [ended, setEnded] = useState<{ task: Task; end: TaskEnd }>();
  const close = () => navigate(`/images${query}`);
  const onEnd = (task: Task, end: TaskEnd) => {
    setEnded({ task, end });
    if (id !== undefined && end.deleted.includes(id)) close();
  };
  const panel = id !== undefined && <ImagePanel key={id} id={id} part={part!} onClose={close} />;
  // A narrow window shows the image alone; the list stays below it, with its place.
  const isCovered = Boolean(panel) && !isWide;
  return (
    <Tasks onEnd={onEnd}>
      <div className={panel && isWide ? 'screen screen-split' : 'screen'}>
        <div className={isCovered ? 'covered' : 'beside'} inert={isCovered}>
          <ImageList current={id} ended={ended} />
        </div>
        {panel}
      </div>
    </Tasks>
  );
}
