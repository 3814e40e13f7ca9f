import { Copied } from '../parts/copied.js';
import { exactSize, GIB, MIB, shownSize } from '../parts/format.js';
import { CopiedProject } from '../parts/project.js';
import { FullTime, YesNo } from '../parts/values.js';
import { texts } from '../texts/texts.js';
import { Facts, Section } from './facts.js';
import type { Detail } from './detail.js';
import { Proof } from './proof.js';

/** Shows the facts of an image, the proof of its data, its tags and times. */
export function Overview({ image }: { image: Detail }) {
  const { image: labels } = texts;
  return (
    <>
      <Progress image={image} />
      <Section title={labels.facts}>
        <Facts
          facts={[
            [labels.id, <Copied key="id" text={image.id} what={labels.id} />],
            [labels.reason, image.statusReason],
            [labels.format, image.diskFormat],
            [labels.container, image.containerFormat],
            [labels.detected, image.detectedFormat],
            [labels.size, image.size ? exactSize(image.size) : null],
            [labels.virtualSize, image.virtualSize ? exactSize(image.virtualSize) : null],
            [labels.minDisk, image.minDisk > 0 ? shownSize(image.minDisk * GIB) : null],
            [labels.minMemory, image.minRam > 0 ? shownSize(image.minRam * MIB) : null],
            [labels.protected, <YesNo key="protected" is={image.protected} />],
            [labels.hidden, image.hidden ? texts.yes : null],
            [labels.stores, image.stores.join(', ') || null],
            [labels.source, image.importSource && <Copied text={image.importSource} what={labels.source} />],
            [
              labels.project,
              image.owner && (
                <CopiedProject id={image.owner} known={image.ownerTenant} what={labels.project} />
              ),
            ],
          ]}
        />
      </Section>
      <Proof image={image} />
      <Section title={labels.tags}>
        {image.tags.length === 0 ? (
          <p className="nothing">{labels.noTags}</p>
        ) : (
          <ul className="chips">
            {image.tags.map((tag) => (
              <li key={tag} className="chip">
                {tag}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={labels.times}>
        <Facts
          facts={[
            [labels.created, <FullTime key="created" time={image.createdAt} />],
            [labels.changed, image.updatedAt && <FullTime time={image.updatedAt} />],
            [labels.deleted, image.deletedAt && <FullTime time={image.deletedAt} />],
          ]}
        />
      </Section>
    </>
  );
}

function Progress({ image: { uploadProgress } }: { image: Detail }) {
  if (!uploadProgress) return null;
  const { bytesReceived, size } = uploadProgress;
  const text = size
    ? texts.image.progress(Math.floor((100 * bytesReceived) / size))
    : texts.image.received(shownSize(bytesReceived));
  return (
    <p role="status">
      {size ? <progress value={bytesReceived} max={size} aria-label={text} /> : null} {text}
    </p>
  );
}
