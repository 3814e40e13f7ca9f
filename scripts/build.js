/**
 * Builds the program, the page of GraphiQL and the console into `dist/`. Prints one line for each that it builds, and nothing when
 * `dist/` is up to date. It does not check types; `npm run check` does.
 */
await import('./build-program.js');
await import('./build-graphiql.js');
await import('./build-console.js');
