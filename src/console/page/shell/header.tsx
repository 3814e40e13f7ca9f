import {
  Button,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Header as Title,
} from 'react-aria-components';
import { Failure } from '../gateway/failure.js';
import { InboxLink } from '../inbox/inbox-link.js';
import { ProjectSwitcher } from '../login/project-switcher.js';
import { logOut, useSession } from '../login/session.js';
import { sayFailure } from '../messages/messages.js';
import { shownText } from '../parts/unseen.js';
import { CHOICES, setPreference, type Preferences } from '../preferences.js';
import { usePreferences } from '../use-preferences.js';
import { texts } from '../texts/texts.js';
import { TransfersLink } from '../upload/transfers-link.js';
import { NavLink } from './nav-link.js';
import { SearchField } from './search-field.js';
import { useStart } from './start.js';

/** The line that every screen has: where to go, what to search, who one is. */
export function Header() {
  const { config, viewer } = useStart();
  return (
    <header className="header">
      <nav aria-label={texts.navigation}>
        <NavLink href="/images">{texts.images}</NavLink>
        {viewer.can.create && <NavLink href="/new?from=file">{texts.newImageForm.link}</NavLink>}
        <TransfersLink />
        <InboxLink />
        {viewer.owner !== null && <NavLink href="/project">{texts.project.link}</NavLink>}
        {viewer.isAdmin && <NavLink href="/admin">{texts.admin.link}</NavLink>}
        <NavLink href="/help">{texts.help}</NavLink>
        {config.graphiql && <a href="/graphiql">{texts.graphiql}</a>}
      </nav>
      <SearchField />
      <ProjectSwitcher />
      <UserMenu />
    </header>
  );
}

async function leave(): Promise<void> {
  try {
    await logOut();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    sayFailure(texts.login.notOut, error.message, error.requestId);
  }
}

/** The others are chosen where they have an effect. */
const IN_MENU = ['theme', 'density', 'zone', 'keys'] as const;

function UserMenu() {
  const { config, viewer } = useStart();
  const session = useSession();
  const known = session ? shownText(session.userName) : viewer.user;
  const name = known ?? (viewer.isAdmin ? texts.administrator : texts.nobody);
  return (
    <MenuTrigger>
      <Button className="button user" aria-label={`${texts.menu}, ${name}`}>
        <span className="user-name">{name}</span> <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu">
          {IN_MENU.map((each) => (
            <ChoiceSection key={each} name={each} />
          ))}
          {session && (
            <MenuItem className="menu-item" onAction={() => void leave()}>
              {texts.logOut}
            </MenuItem>
          )}
          {config.logoutUrl && (
            <MenuItem className="menu-item" onAction={() => location.assign(config.logoutUrl!)}>
              {texts.logOut}
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function ChoiceSection<Name extends (typeof IN_MENU)[number]>({ name }: { name: Name }) {
  const chosen = usePreferences()[name];
  return (
    <MenuSection
      className="menu-section"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => setPreference(name, [...keys][0] as Preferences[Name])}
    >
      <Title className="menu-title">{texts.preferences[name]}</Title>
      {CHOICES[name].map((choice) => (
        <MenuItem key={choice} id={choice} className="menu-item">
          {texts.preferences[choice]}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
