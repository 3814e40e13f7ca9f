/** The build joins style sheets into one. */
declare module '*.css';
