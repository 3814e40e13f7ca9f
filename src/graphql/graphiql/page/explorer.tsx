import { explorerPlugin } from '@graphiql/plugin-explorer';
import type { GraphiQLPlugin } from '@graphiql/react';
import { useEffect, useRef } from 'react';

const { content: Explorer, ...plugin } = explorerPlugin();

/** The explorer of GraphiQL. Its package gives its list no name, so that screen readers could not say what it is for. */
export const EXPLORER_PLUGIN: GraphiQLPlugin = { ...plugin, content: NamedExplorer };

function NamedExplorer() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = place.current!;
    const name = () =>
      root.querySelector('select')?.setAttribute('aria-label', 'The kind of the new operation');
    name();
    // The list comes after the schema.
    const observer = new MutationObserver(name);
    observer.observe(root, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} style={{ display: 'contents' }}>
      <Explorer />
    </div>
  );
}
