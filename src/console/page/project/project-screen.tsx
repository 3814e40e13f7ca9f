import { useSession } from '../login/session.js';
import { CopiedProject } from '../parts/project.js';
import { useStart } from '../shell/start.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { QuotaUse } from './quota-use.js';
import { SharedImages } from './shared-images.js';
import { TagsInUse } from './tags-in-use.js';

/** Shows the use, the tags and the shared images of the viewer's project. */
export default function ProjectScreen() {
  const { viewer } = useStart();
  const session = useSession();
  const { project } = texts;
  useTitle(project.title);
  return (
    <article className="report">
      <h1>{project.title}</h1>
      <p className="said">
        <CopiedProject id={viewer.owner!} known={session?.project} what={project.title} />
      </p>
      <QuotaUse />
      <TagsInUse />
      <SharedImages owner={viewer.owner!} />
    </article>
  );
}
