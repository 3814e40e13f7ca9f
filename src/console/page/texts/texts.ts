import { en } from './en.js';

/** Every text of the console, in one language. */
export type Texts = typeof en;

export const texts: Texts = en;
