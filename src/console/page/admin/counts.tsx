import { useState } from 'react';
import { Link } from 'wouter';
import { AllCountsDocument, type AllCountsQuery } from '../gateway/operations.js';
import { usePages } from '../gateway/use-pages.js';
import { Section } from '../image/facts.js';
import { Choice } from '../parts/choice.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';
import { listOf, shownValue } from './counted-value.js';
import { Listed } from './listed.js';

type Count = AllCountsQuery['imageCounts'][number];

const FACETS = ['STATUS', 'VISIBILITY', 'DISK_FORMAT', 'CONTAINER_FORMAT', 'HIDDEN'] as const;

/** Counts the images by each field. Each value leads to the list of its images. */
export function Counts() {
  const [includeDeleted, setIncludeDeleted] = useState(false);
  const pages = usePages(AllCountsDocument, { includeDeleted }, ({ imageCounts }) => ({
    rows: imageCounts,
    next: null,
  }));
  const { admin } = texts;
  return (
    <>
      <Choice isChosen={includeDeleted} onChoose={setIncludeDeleted}>
        {admin.withDeleted}
      </Choice>
      <p className="said">{admin.hiddenApart}</p>
      <Listed pages={pages} none={texts.empty.none}>
        {(counts) => (
          <div className="facets">
            {FACETS.map((by) => (
              <Section key={by} title={admin.facets[by]}>
                <Facet
                  counts={counts.filter((each) => each.by === by)}
                  title={admin.facets[by]}
                  isLive={!includeDeleted}
                />
              </Section>
            ))}
          </div>
        )}
      </Listed>
    </>
  );
}

function Facet({
  counts,
  title,
  isLive,
}: {
  counts: readonly Count[];
  title: string;
  /** False where deleted images are counted, too: no list has them beside others. */
  isLive: boolean;
}) {
  const { admin } = texts;
  if (counts.length === 0) return <p className="nothing">{texts.empty.none}</p>;
  return (
    <table className="table">
      <caption className="unseen">{title}</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">{admin.value}</th>
          <th scope="col">{admin.images}</th>
        </tr>
      </thead>
      <tbody>
        {counts.map((count) => {
          const list = listOf(count, isLive);
          const name = <Visible text={shownValue(count)} />;
          return (
            <tr key={String(count.value)}>
              <th scope="row">{list ? <Link href={list}>{name}</Link> : name}</th>
              <td className="number">{texts.project.number(count.count)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
