/** The choices of a user, in this browser. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  /** The zone in which times are shown. */
  zone: 'local' | 'utc';
  /** Whether single keys are shortcuts (WCAG 2.1.4). */
  keys: 'on' | 'off';
  /** Uploads that run at once. */
  uploads: '3' | '1' | '2' | '4' | '5' | '6';
}

/** The first value of each is the default. */
export const CHOICES: { [Name in keyof Preferences]: readonly Preferences[Name][] } = {
  theme: ['system', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  zone: ['local', 'utc'],
  keys: ['on', 'off'],
  uploads: ['3', '1', '2', '4', '5', '6'],
};

const KEY = 'glance-graphql-console';
const listeners = new Set<() => void>();
let current: Preferences | undefined;

/** Returns what the user chose, and the defaults for the rest. */
export function preferences(): Preferences {
  return (current ??= checked(stored()));
}

export function setPreference<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void {
  current = { ...preferences(), [name]: value };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser may allow no storage: the choice then lasts as long as the page.
  }
  showPreferences(current);
  for (const listener of listeners) listener();
}

/** Tells the styles of a choice. */
export function showPreferences({ theme, density }: Preferences): void {
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = density;
}

/** Calls a listener after each choice. Returns what stops that. */
export function onPreference(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function stored(): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function checked(found: Record<string, unknown>): Preferences {
  const entries = Object.entries(CHOICES).map(([name, allowed]) => {
    const known = (allowed as readonly unknown[]).includes(found[name]);
    return [name, known ? found[name] : allowed[0]];
  });
  return Object.fromEntries(entries) as Preferences;
}
