import { readdirSync, readFileSync } from 'node:fs';

/**
 * Returns the licences of the packages that a bundle holds. They demand to be distributed with it.
 *
 * @param inputs the files of the bundle, relative to the project's folder
 */
export function licences(inputs) {
  const folders = [
    ...new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [])),
  ].sort();
  return folders
    .map((folder) => {
      const root = new URL(`../${folder}/`, import.meta.url);
      const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
      const file = readdirSync(root).find((each) => /^licen[cs]e/i.test(each));
      const text = file ? readFileSync(new URL(file, root), 'utf8').trim() : `Licence: ${license}`;
      return `${name} ${version}\n\n${text}\n`;
    })
    .join('\n----\n\n');
}
