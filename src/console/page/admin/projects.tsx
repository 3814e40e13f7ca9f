import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { ProjectsDocument, type OwnerSort, type ProjectsQuery } from '../gateway/operations.js';
import { partOf, usePages } from '../gateway/use-pages.js';
import { readAddress, writeAddress } from '../list/address.js';
import { Name, type Known } from '../parts/project.js';
import { shownText } from '../parts/unseen.js';
import { Size } from '../parts/values.js';
import { texts } from '../texts/texts.js';
import { Listed } from './listed.js';

type Owner = ProjectsQuery['owners']['edges'][number]['node'];

const PAGE = 50;
const KEYS = ['TENANT', 'IMAGES', 'BYTES'] as const;

/** The projects that have images, and what they use. */
export function Projects() {
  const [sort, setSort] = useState<OwnerSort>({ key: 'BYTES', direction: 'DESC' });
  const pages = usePages(ProjectsDocument, { first: PAGE, sort }, ({ owners }) => partOf(owners));
  return (
    <Listed pages={pages} none={texts.admin.noProjects}>
      {(owners) => <ProjectTable owners={owners} sort={sort} onSort={setSort} />}
    </Listed>
  );
}

function ProjectTable({
  owners,
  sort,
  onSort,
}: {
  owners: readonly Owner[];
  sort: OwnerSort;
  onSort: (sort: OwnerSort) => void;
}) {
  const { admin, project } = texts;
  // A project whose use has changed may be on a later page again.
  const rows = [...new Map(owners.map((each) => [each.tenant ?? null, each])).values()];
  return (
    <table className="table numbers-table">
      <caption className="unseen">{admin.parts.projects}</caption>
      <thead>
        <tr>
          {KEYS.map((key) => (
            <SortedHead key={key} own={key} sort={sort} onSort={onSort} />
          ))}
          <th scope="col">{admin.limit}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ tenant, ownerTenant, images, bytes, limit }) => (
          <tr key={tenant === null || tenant === undefined ? 'nobody' : `project ${tenant}`}>
            <th scope="row">
              <ProjectLink tenant={tenant ?? null} known={ownerTenant} />
            </th>
            <td data-label={admin.sorts.IMAGES}>{project.number(images)}</td>
            <td className="amount" data-label={admin.sorts.BYTES}>
              <Size bytes={bytes} />
            </td>
            <td className="amount" data-label={admin.limit}>
              {typeof limit === 'number' ? <Size bytes={limit} /> : project.noLimit}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A project, and the way to its images. No list has the images without a project, or of one without a name. */
function ProjectLink({ tenant, known }: { tenant: string | null; known: Known }) {
  if (tenant === null) return <span className="nothing">{texts.admin.nobody}</span>;
  if (tenant === '') return <span className="nothing">{texts.unnamed}</span>;
  const list = writeAddress({ ...readAddress(''), scope: 'all', owner: tenant });
  return (
    <span className="tipped">
      <Link href={`/images${list}`}>
        <Name id={tenant} known={known} />
      </Link>
      {known?.name && <span className="tip">{shownText(tenant)}</span>}
    </span>
  );
}

/** The head of a column by which the projects can be sorted: numbers first from above, names from A. */
function SortedHead({
  own,
  sort: { key, direction },
  onSort,
}: {
  own: OwnerSort['key'];
  sort: OwnerSort;
  onSort: (sort: OwnerSort) => void;
}) {
  const isSorted = key === own;
  const isUp = direction === 'ASC';
  const isUpNext = isSorted ? !isUp : own === 'TENANT';
  return (
    <th scope="col" aria-sort={isSorted ? (isUp ? 'ascending' : 'descending') : undefined}>
      <Button className="sort" onPress={() => onSort({ key: own, direction: isUpNext ? 'ASC' : 'DESC' })}>
        {texts.admin.sorts[own]} <span aria-hidden="true">{isSorted ? (isUp ? '↑' : '↓') : ''}</span>
      </Button>
    </th>
  );
}
