import { Button } from 'react-aria-components';
import { Link } from 'wouter';
import { usePolling } from '../gateway/ask-again.js';
import { useConnection } from '../gateway/connection.js';
import { useFocusWhenLost } from '../parts/use-focus-when-lost.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { ImportItem } from './import-item.js';
import { importRows } from './import-rows.js';
import type { Imports } from './imports.js';
import { isInSight } from './in-sight.js';
import { mayImport } from './may-import.js';
import { useImports } from './use-imports.js';

/** Milliseconds between two looks at the imports that run and that one sees. */
const LOOK_MS = 2000;

/** The imports of this browser. */
export default function ImportList() {
  const { viewer } = useStart();
  const rows = importRows.use();
  const imports = useImports(rows.length > 0);
  const title = useFocusWhenLost<HTMLHeadingElement>(rows);
  useLooking(imports);
  const { imports: words } = texts;
  const finished = rows.filter(({ state }) => state.kind === 'done');
  if (rows.length === 0 && !mayImport(viewer)) return null;
  return (
    <section className="transfers">
      <h2 ref={title} tabIndex={-1}>
        {words.title}
      </h2>
      {rows.length === 0 ? (
        <p className="nothing">
          {words.none} <Link href="/new?from=url">{texts.importForm.title}</Link>
        </p>
      ) : (
        <>
          {finished.length > 0 && imports && (
            <div className="transfers-head">
              <Button
                className="button"
                onPress={() => finished.forEach(({ id }) => void imports.giveUp(id))}
              >
                {words.dismissFinished}
              </Button>
            </div>
          )}
          <ol className="transfer-list" aria-label={words.title}>
            {rows.map((row) => (
              <ImportItem key={row.id} row={row} imports={imports} />
            ))}
          </ol>
          <p className="said">{words.hint}</p>
        </>
      )}
    </section>
  );
}

/** Looks at the imports in sight, also where no stream of changes tells how far they are. */
function useLooking(imports: Imports | undefined): void {
  const { isLoginEnded } = useConnection();
  usePolling(() => {
    const running = importRows.get().filter(({ id, state }) => state.kind === 'running' && isInSight(id));
    if (running.length > 0 && !isLoginEnded) void imports?.lookAt(running.map(({ id }) => id));
  }, LOOK_MS);
}
