import { importRows, isImporting } from '../import/import-rows.js';
import { NavLink } from '../shell/nav-link.js';
import { texts } from '../texts/texts.js';
import { isUnderWay, useTransfers } from './transfer.js';

/** The way to the transfers. It says how many there are, and how far they are together. */
export function TransfersLink() {
  const uploads = useTransfers().filter(isUnderWay);
  const imports = importRows.use().filter(isImporting);
  const known = imports.flatMap(({ state }) =>
    state.kind === 'running' && state.size !== null ? [{ size: state.size, confirmed: state.bytes }] : [],
  );
  const count = uploads.length + imports.length;
  const sum = (of: 'size' | 'confirmed') =>
    [...uploads, ...known].reduce((total, each) => total + each[of], 0);
  const percent = Math.floor((sum('confirmed') / (sum('size') || 1)) * 100);
  return (
    <NavLink href="/transfers">
      {texts.transfers}
      {count > 0 && (
        <span className="count nav-count" title={texts.uploads.overall(count, percent)}>
          {texts.uploads.short(count, percent)}
        </span>
      )}
    </NavLink>
  );
}
