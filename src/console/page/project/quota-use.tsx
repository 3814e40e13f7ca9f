import { ProjectUseDocument } from '../gateway/operations.js';
import { SELDOM_MS, useAnswer } from '../gateway/use-answer.js';
import { Facts, Section } from '../image/facts.js';
import { Answered } from '../parts/answered.js';
import { shownSize } from '../parts/format.js';
import { texts } from '../texts/texts.js';

/** The use of the quotas, and the limits of each image. */
export function QuotaUse() {
  const answer = useAnswer(ProjectUseDocument, {}, { pollMs: SELDOM_MS });
  const { project } = texts;
  return (
    <Section title={project.use}>
      <Answered answer={answer} rows={6}>
        {({ viewer: { quota } }) => (
          <>
            <Use label={project.images} {...quota.images} shown={project.number} />
            <Use label={project.data} {...quota.storage} shown={shownSize} />
            <Use label={project.uploads} {...quota.uploads} shown={project.number} />
            <h3>{project.perImage}</h3>
            <Facts
              facts={[
                [project.properties, atMost(quota.propertiesPerImage)],
                [project.tags, atMost(quota.tagsPerImage)],
                [project.members, atMost(quota.membersPerImage)],
              ]}
            />
          </>
        )}
      </Answered>
    </Section>
  );
}

function Use({
  label,
  used,
  limit,
  shown,
}: {
  label: string;
  used: number;
  limit?: number | null;
  shown: (amount: number) => string;
}) {
  const { project } = texts;
  const hasLimit = typeof limit === 'number';
  const text = hasLimit ? project.usedOf(shown(used), shown(limit)) : project.usedFreely(shown(used));
  return (
    <div className="quota">
      <h3>{label}</h3>
      {hasLimit && (
        <progress
          className="quota-bar"
          value={Math.min(used, limit)}
          max={Math.max(limit, 1)}
          aria-label={label}
        />
      )}
      <p>
        {text} {hasLimit && used >= limit && <strong className="warning">{project.full}</strong>}
      </p>
    </div>
  );
}

function atMost(limit: number | null | undefined): string {
  return typeof limit === 'number' ? texts.project.atMost(limit) : texts.project.noLimit;
}
