// The package does not export its themes. The editors take their colours from this object.
import { MONACO_THEME_DATA } from '../../../../node_modules/@graphiql/react/dist/constants.js';

// WCAG 2 AA asks for a contrast of 4.5 to 1.
const { dark } = MONACO_THEME_DATA;
dark.colors['editorLineNumber.foreground'] = '#9aa5b8';
dark.rules.push({ token: 'comment', foreground: '#8bb878' });
