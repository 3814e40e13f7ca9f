import { lazy, Suspense, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { useSearch } from 'wouter/use-browser-location';
import { useAfterChanges } from '../gateway/live/image-changes.js';
import { ImageDetailDocument } from '../gateway/operations.js';
import { useAnswer } from '../gateway/use-answer.js';
import { LateNames } from '../parts/late-names.js';
import { Late } from '../parts/late.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { isTyping } from '../parts/typing.js';
import { useAct } from '../change/tasks.js';
import { usePreferences } from '../use-preferences.js';
import { useTitle } from '../shell/use-title.js';
import { texts } from '../texts/texts.js';
import type { Detail } from './detail.js';
import { ImageHead } from './image-head.js';
import { Overview } from './overview.js';
import { Properties } from './properties.js';
import { Use } from './use.js';

const Sharing = lazy(() => import('./sharing/sharing.js'));

export type Part = 'overview' | 'properties' | 'sharing' | 'use';

const PARTS: Record<
  Part,
  { label: string; path: string; Body: (props: { image: Detail }) => React.ReactNode }
> = {
  overview: { label: texts.image.overview, path: '', Body: Overview },
  properties: { label: texts.image.properties, path: '/properties', Body: Properties },
  sharing: { label: texts.image.sharing, path: '/sharing', Body: Sharing },
  use: { label: texts.image.use, path: '/use', Body: Use },
};

/** One image: its head, and one of its parts. */
export function ImagePanel({ id, part, onClose }: { id: string; part: Part; onClose: () => void }) {
  const { data, failure, isBusy, again } = useImage(id);
  const image = data?.image;
  const { keys } = usePreferences();
  const act = useAct();
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(image ? (image.name ?? image.id) : undefined);
  // A screen reader and the Tab key go on here.
  useEffect(() => heading.current?.focus(), []);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (key === 'Escape') return onClose();
    const isEdit = key === 'e' && keys === 'on' && !ctrlKey && !metaKey && !altKey;
    if (isEdit && image?.permissions.canUpdate) act('edit', image);
  };
  const { Body } = PARTS[part];
  return (
    <article className="panel" onKeyDown={onKeyDown}>
      <Button className="link" onPress={onClose}>
        {texts.back}
      </Button>
      <h1 ref={heading} tabIndex={-1} className="image-name">
        {image ? (image.name ?? texts.unnamed) : <code>{id}</code>}
      </h1>
      {failure && !image && <FailureBox failure={failure} again={again} />}
      {!data && !failure && isBusy && <Skeleton rows={8} />}
      {data && !image && !failure && !isBusy && <p className="not-found">{texts.notFound}</p>}
      {image && (
        <>
          <ImageHead image={image} />
          <Tabs id={id} part={part} />
          <LateNames ask={again}>
            <Late instead={<p className="failure">{texts.late.hint}</p>}>
              <Suspense fallback={<Skeleton rows={4} />}>
                <Body image={image} />
              </Suspense>
            </Late>
          </LateNames>
        </>
      )}
    </article>
  );
}

function Tabs({ id, part }: { id: string; part: Part }) {
  const query = useSearch();
  return (
    <nav className="tabs" aria-label={texts.image.sections}>
      {Object.entries(PARTS).map(([name, { label, path }]) => (
        <Link
          key={name}
          href={`/images/${id}${path}${query}`}
          aria-current={name === part ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** Milliseconds between two readings while an image changes again and again. */
const READ_MS = 2000;

/** Reads an image, and reads it again from time to time. The image stays meanwhile, and while the gateway is away. */
function useImage(id: string) {
  const answer = useAnswer(ImageDetailDocument, { id }, { about: id });
  useAfterChanges(READ_MS, (news) => news === 'all' || news.imageId === id, answer.again);
  return answer;
}
