import { Link } from 'wouter';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import { Counts } from './counts.js';
import { DeletedImages } from './deleted-images.js';
import { Projects } from './projects.js';

const PARTS = {
  counts: { path: '/admin', Body: Counts },
  projects: { path: '/admin/projects', Body: Projects },
  deleted: { path: '/admin/deleted', Body: DeletedImages },
};

/** The screens of administrators, who see the images of all projects. */
export default function AdminScreen({ part }: { part: keyof typeof PARTS }) {
  const { admin } = texts;
  const { Body } = PARTS[part];
  useTitle(admin.parts[part]);
  return (
    <article className="report">
      <h1>{admin.title}</h1>
      <nav className="tabs" aria-label={admin.sections}>
        {Object.entries(PARTS).map(([name, { path }]) => (
          <Link key={name} href={path} aria-current={name === part ? 'page' : undefined}>
            {admin.parts[name as keyof typeof PARTS]}
          </Link>
        ))}
      </nav>
      <Body />
    </article>
  );
}
