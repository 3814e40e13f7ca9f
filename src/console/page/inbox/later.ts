import { store } from '../parts/store.js';

/** More offers than anybody decides about later. The oldest ones wait again then. */
const MOST = 500;
const KEY = 'glance-graphql-console-later';

const later = store<ReadonlySet<string>>(new Set(stored()));

/** Returns the memberships about which the users of this browser decide later. */
export const useLater = later.use;

/** Puts an offer off, or takes it up again. */
export function decideLater(membership: string, isLater: boolean): void {
  const others = [...later.get()].filter((each) => each !== membership);
  const next = isLater ? [...others, membership].slice(-MOST) : others;
  later.set(new Set(next));
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A browser may allow no storage: the offer then waits again after a reload.
  }
}

function stored(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string').slice(-MOST) : [];
  } catch {
    return [];
  }
}
