import { useState } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Failure } from '../gateway/failure.js';
import { sayFailure } from '../messages/messages.js';
import { shownText } from '../parts/unseen.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { changeProject, ownProjects, useSession } from './session.js';

type Projects = Awaited<ReturnType<typeof ownProjects>>;

/** The project in which one works, and the way to the others. */
export function ProjectSwitcher() {
  const { config } = useStart();
  const session = useSession();
  const [projects, setProjects] = useState<Projects>([]);
  const { login: words } = texts;
  const read = async (isOpen: boolean) => {
    if (!isOpen) return;
    try {
      setProjects(await ownProjects());
    } catch (error) {
      tell(error);
    }
  };
  const change = async (id: string) => {
    try {
      await changeProject(id);
    } catch (error) {
      tell(error);
    }
  };
  // Only Keystone changes the project of a login.
  if (!session?.project || config.auth !== 'keystone') return null;
  return (
    <MenuTrigger onOpenChange={(isOpen) => void read(isOpen)}>
      <Button className="button project" aria-label={words.projectNow(session.project.name)}>
        <span className="user-name">{shownText(session.project.name)}</span> <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={words.projects}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[session.project.id]}
          onSelectionChange={(keys) => void change(String([...keys][0]))}
          renderEmptyState={() => <span className="menu-item">{texts.loading}</span>}
        >
          {projects.map(({ id, name, domain }) => (
            <MenuItem key={id} id={id} className="menu-item" textValue={name}>
              {words.projectIn(shownText(name), shownText(domain ?? ''))}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function tell(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  sayFailure(texts.login.noProjects, error.message, error.requestId);
}
