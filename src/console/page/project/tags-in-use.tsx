import { Link } from 'wouter';
import { ProjectTagsDocument } from '../gateway/operations.js';
import { SELDOM_MS, useAnswer } from '../gateway/use-answer.js';
import { Section } from '../image/facts.js';
import { readAddress, writeAddress } from '../list/address.js';
import { Answered } from '../parts/answered.js';
import { shownText } from '../parts/unseen.js';
import { Visible } from '../parts/visible.js';
import { texts } from '../texts/texts.js';

/** As many as the gateway gives. */
const MOST = 100;

/** The tags of the images that the viewer sees in lists, the most frequent first. Each leads to its images. */
export function TagsInUse() {
  const answer = useAnswer(ProjectTagsDocument, {}, { pollMs: SELDOM_MS });
  const { project } = texts;
  return (
    <Section title={project.tagsInUse}>
      <Answered answer={answer} rows={2}>
        {({ imageTags }) => (
          <>
            {imageTags.length === 0 && <p className="nothing">{project.noTags}</p>}
            <ul className="chips">
              {imageTags.map(({ value, count }) => (
                <li key={value} className="chip chip-link">
                  <Link href={`/images${listOf(value)}`} aria-label={project.tagOf(shownText(value), count)}>
                    <Visible text={value} /> <span className="count">{project.number(count)}</span>
                  </Link>
                </li>
              ))}
            </ul>
            {imageTags.length === MOST && <p className="said">{project.mostTags}</p>}
          </>
        )}
      </Answered>
    </Section>
  );
}

/** The tags are counted in images of other projects, too. */
function listOf(tag: string): string {
  return writeAddress({ ...readAddress(''), scope: 'all', tag: [tag] });
}
