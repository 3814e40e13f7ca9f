import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes `npm-shrinkwrap.json` into the package that is being packed: the versions of the lock file, without those for
 * development. So the versions that users install are those in the bundle, and `npm audit` speaks of the code that runs.
 */
const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const { '': root, ...packages } = lock.packages;
delete root.devDependencies;
const used = Object.entries(packages).filter(([, { dev }]) => !dev);
const shrinkwrap = { ...lock, packages: { '': root, ...Object.fromEntries(used) } };
writeFileSync(new URL('../npm-shrinkwrap.json', import.meta.url), `${JSON.stringify(shrinkwrap, null, 2)}\n`);
