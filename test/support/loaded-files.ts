import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAIN } from './process.js';

interface Script {
  url: string;
  functions: { functionName: string; ranges: { count: number }[] }[];
}

/** Returns the files that the processes of a folder of V8's coverage loaded. For a bundle, the files in it that ran. */
export function sourcesIn(coverage: string): string[] {
  return readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: Script[] };
    return result.filter(({ url }) => url.startsWith('file:')).flatMap(sourcesOf);
  });
}

/** In a bundle, a file that is loaded only where it is used lies in a function that has the name of the file. */
function sourcesOf({ url, functions }: Script): string[] {
  const file = fileURLToPath(url);
  if (!file.startsWith(join(MAIN, '..'))) return [file];
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
  const ran = new Map(functions.map(({ functionName, ranges }) => [functionName, ranges[0].count > 0]));
  return sources
    .map((source) => source.replace(/^(\.\.\/)+/, ''))
    .filter((source) => ran.get(source) ?? true);
}

/** Returns the names of the packages that these files are of. */
export function packagesIn(files: string[]): Set<string> {
  return new Set(files.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []));
}
