import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUTSIDE } from '../scripts/bundled-packages.js';

/**
 * Copies what the built program needs into a folder, for the Dockerfile: the program, the packages that are not in its
 * bundle, and their dependencies.
 *
 *   node scripts/image-files.js FOLDER
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const to = join(process.argv[2], 'opt/glance-graphql');
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;

for (const name of ['package.json', 'LICENSE', 'dist', ...packages(OUTSIDE)]) copy(name);

/** Returns the folders of packages and of all their dependencies that are installed here. */
function packages(names, found = new Set()) {
  for (const name of names) {
    const folder = join('node_modules', name);
    if (found.has(folder) || !lock[folder]) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = lock[folder];
    packages([...Object.keys(dependencies), ...Object.keys(optionalDependencies)], found);
  }
  return found;
}

function copy(name) {
  try {
    cpSync(join(ROOT, name), join(to, name), {
      recursive: true,
      filter: (file) => !file.endsWith('.map') || !file.includes('node_modules'),
    });
  } catch (error) {
    // Optional dependencies are those of other platforms.
    if (error.code !== 'ENOENT') throw error;
  }
}
