import { preferences, showPreferences } from './preferences.js';

// Runs before anything is drawn, so that the page never shows the other theme first.
showPreferences(preferences());
