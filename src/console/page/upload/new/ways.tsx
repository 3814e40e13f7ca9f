import { Link } from 'wouter';
import { texts } from '../../texts/texts.js';

/** The ways to a new image. */
export function Ways({ isImport }: { isImport: boolean }) {
  const { ways } = texts.importForm;
  return (
    <nav className="tabs" aria-label={ways.label}>
      <Link href="/new?from=file" aria-current={isImport ? undefined : 'page'}>
        {ways.file}
      </Link>
      <Link href="/new?from=url" aria-current={isImport ? 'page' : undefined}>
        {ways.url}
      </Link>
    </nav>
  );
}
