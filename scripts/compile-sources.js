import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/**
 * Makes esbuild compile our sources with swc: esbuild knows no metadata of decorators.
 *
 * @param folder the folder of the sources
 */
export const compile = (folder) => ({
  name: 'compile',
  async setup(build) {
    const { transform } = await import('@swc/core');
    build.onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      if (!path.startsWith(folder)) return undefined;
      const { code, map } = await transform(await readFile(path, 'utf8'), {
        filename: path,
        sourceMaps: true,
        inlineSourcesContent: false,
      });
      return { contents: `${atItsPlace(code, relative(folder, path))}\n//# sourceMappingURL=${inUrl(map)}` };
    });
  },
});

/** A source looks for other files beside itself. Gives it the place in `dist/` that it has in `src/`; a bundle knows `DIST`. */
function atItsPlace(code, name) {
  return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(name)}, DIST).href`);
}

function inUrl(map) {
  return `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}
