import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay, Popover } from 'react-aria-components';
import { Link } from 'wouter';
import { Choice } from '../parts/choice.js';
import { PANEL_WIDTH, TABLE_WIDTH, useWiderThan } from '../parts/use-width.js';
import { useStart } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { COLUMNS, SCOPES, writeAddress, type ColumnName, type ListAddress } from './address.js';
import { Choices, MoreFilters } from './filter-fields.js';
import { fitting } from './columns.js';
import { defaultScope } from './filter.js';
import { SortChoice } from './sort-choice.js';
import type { Numbers } from './use-images.js';

export interface FilterProps {
  address: ListAddress;
  numbers: Numbers;
  change: (part: Partial<ListAddress>) => void;
}

/** Whose images, and which of them. Narrow windows have the filters on a sheet of their own. */
export function FilterBar(props: FilterProps) {
  const isTable = useWiderThan(TABLE_WIDTH);
  return (
    <div className="filter-bar">
      <Scopes address={props.address} />
      {isTable ? <Menus {...props} /> : <Sheet {...props} />}
    </div>
  );
}

function Scopes({ address }: Pick<FilterProps, 'address'>) {
  const { viewer } = useStart();
  const chosen = address.scope ?? defaultScope(viewer);
  const scopes = SCOPES.filter((scope) => viewer.owner !== null || !['mine', 'shared'].includes(scope));
  return (
    <nav className="scopes" aria-label={texts.scopes.label}>
      {scopes.map((scope) => (
        <Link
          key={scope}
          href={`/images${writeAddress({ ...address, scope })}`}
          aria-current={scope === chosen ? 'page' : undefined}
        >
          {texts.scopes[scope]}
        </Link>
      ))}
    </nav>
  );
}

function Menus(props: FilterProps) {
  return (
    <div className="filters" role="group" aria-label={texts.filters.label}>
      {(['status', 'visibility', 'format'] as const).map((field) => (
        <Dropdown key={field} label={texts.filters[field]}>
          <Choices field={field} {...props} />
        </Dropdown>
      ))}
      <Dropdown label={texts.filters.more}>
        <MoreFilters {...props} />
      </Dropdown>
      <Dropdown label={texts.chooseColumns}>
        <ColumnChoices {...props} />
      </Dropdown>
    </div>
  );
}

function Dropdown({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <DialogTrigger>
      <Button className="button">
        {label} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className="popover" placement="bottom start">
        <Dialog className="popover-dialog" aria-label={label}>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Sheet(props: FilterProps) {
  return (
    <DialogTrigger>
      <Button className="button">{texts.filters.label}</Button>
      <ModalOverlay className="overlay" isDismissable>
        <Modal className="modal sheet">
          <Dialog className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title">{texts.filters.label}</Heading>
                {(['status', 'visibility', 'format'] as const).map((field) => (
                  <Choices key={field} field={field} {...props} />
                ))}
                <MoreFilters {...props} />
                <SortChoice {...props} />
                <Button className="button button-main" onPress={close}>
                  {texts.close}
                </Button>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

function ColumnChoices({ address, change }: FilterProps) {
  const { viewer } = useStart();
  const isWide = useWiderThan(PANEL_WIDTH);
  const all = COLUMNS.filter((name) => name !== 'name' && (name !== 'project' || viewer.isAdmin));
  const chosen = address.columns ?? fitting({ isNarrow: !isWide, isAdmin: viewer.isAdmin });
  const choose = (name: ColumnName, is: boolean) => {
    const next = all.filter((each) => (each === name ? is : chosen.includes(each)));
    change({ columns: next.length > 0 ? next : ['name'] });
  };
  return (
    <fieldset className="choices">
      <legend className="unseen">{texts.chooseColumns}</legend>
      {all.map((name) => (
        <Choice key={name} isChosen={chosen.includes(name)} onChoose={(is) => choose(name, is)}>
          {texts.columns[name]}
        </Choice>
      ))}
    </fieldset>
  );
}
