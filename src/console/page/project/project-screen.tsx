import { Visible } from '../parts/visible.js';
import { useStart } from '../shell/start.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { QuotaUse } from './quota-use.js';
import { SharedImages } from './shared-images.js';
import { TagsInUse } from './tags-in-use.js';

/** Shows the use, the tags and the shared images of the viewer's project. */
export default function ProjectScreen() {
  const { viewer } = useStart();
  const { project } = texts;
  useTitle(project.title);
  return (
    <article className="report">
      <h1>{project.title}</h1>
      <p className="said">
        <code>
          <Visible text={viewer.owner!} />
        </code>
      </p>
      <QuotaUse />
      <TagsInUse />
      <SharedImages owner={viewer.owner!} />
    </article>
  );
}
