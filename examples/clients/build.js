import { readFile } from 'node:fs/promises';
import { transformAsync } from '@babel/core';
import { build } from 'esbuild';

/** Puts the files of relay-compiler in the places of the tagged texts. With Vite, vite-plugin-relay does this. */
const relay = {
  name: 'relay',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/relay\/[^/]+\.tsx?$/ }, async ({ path }) => {
      const { code } = await transformAsync(await readFile(path, 'utf8'), {
        filename: path,
        configFile: false,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: [['babel-plugin-relay', { eagerEsModules: true }]],
      });
      return { contents: code, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
};

await build({
  entryPoints: ['apollo', 'urql', 'relay', 'tanstack-query', 'uploads', 'persisted'].map((name) => ({
    in: `src/${name}/main.tsx`,
    out: name,
  })),
  outdir: 'public/build',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [relay],
  logLevel: 'warning',
});
