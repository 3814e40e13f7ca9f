import { useSession } from '../login/session.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { CopyButton } from './copy-button.js';
import { useMissingName } from './late-names.js';
import { shownText } from './unseen.js';
import { Tipped } from './values.js';
import { Visible } from './visible.js';

/** The gateway's answer about a project. After a change of the owner, it may still be about the former owner. */
export type Known = { id: string; name?: string | null; domain?: string | null } | null | undefined;

interface Props {
  id: string;
  known: Known;
}

/** A project by its name, with its whole name and its id in a tip; without a name by its id. */
export function Project({ id, known }: Props) {
  const projectText = useProjectText();
  if (nameOf(id, known) === undefined) return <Nameless id={id} known={known} />;
  const exact = texts.projects.whole(projectText(id, known), shownText(id));
  return <Tipped short={<Name id={id} known={known} />} exact={exact} />;
}

/** A project by its name and its id, which is copied. */
export function CopiedProject({ id, known, what }: Props & { what: string }) {
  return (
    <>
      <WholeProject id={id} known={known} /> <CopyButton text={id} what={what} />
    </>
  );
}

/** A project by its name and its id. */
export function WholeProject({ id, known }: Props) {
  if (nameOf(id, known) === undefined) return <Nameless id={id} known={known} />;
  return (
    <>
      <Name id={id} known={known} /> <Id id={id} />
    </>
  );
}

/** The name of a project, with its domain where others may have the name too; without a name the id. */
export function Name({ id, known }: Props) {
  const home = useHomeDomain();
  const name = nameOf(id, known);
  if (name === undefined) return <Nameless id={id} known={known} />;
  const domain = known!.domain;
  return (
    <>
      <bdi>
        <Visible text={name} />
      </bdi>
      {domain && domain !== home && (
        <>
          {' '}
          <span className="said">
            <Visible text={domain} />
          </span>
        </>
      )}
    </>
  );
}

/** Returns a project as a sentence names it. */
export function useProjectText(): (id: string, known: Known) => string {
  const home = useHomeDomain();
  return (id, known) => {
    const name = nameOf(id, known);
    if (name === undefined) return shownText(id);
    const domain = known!.domain;
    return domain && domain !== home
      ? texts.login.projectIn(shownText(name), shownText(domain))
      : shownText(name);
  };
}

/** Two projects of one domain never have one name, so that only the other domains must be said. */
function useHomeDomain(): string | null {
  const { config } = useStart();
  const session = useSession();
  return session?.project?.domain ?? config.login?.domain ?? null;
}

function nameOf(id: string, known: Known): string | undefined {
  return known?.id === id ? (known.name ?? undefined) : undefined;
}

function Nameless({ id, known }: Props) {
  useMissingName(id, known?.id === id);
  return <Id id={id} />;
}

function Id({ id }: { id: string }) {
  return (
    <code>
      <Visible text={id} />
    </code>
  );
}
