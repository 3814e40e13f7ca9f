import { useSyncExternalStore } from 'react';
import { onPreference, preferences, type Preferences } from './preferences.js';

/** Returns what the user chose, and draws anew when that changes. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreference, preferences);
}
