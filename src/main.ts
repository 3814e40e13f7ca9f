#!/usr/bin/env node
import 'reflect-metadata';
import { run } from './command-line.js';

// Whoever reads our output may have seen enough, as in `glance-graphql verify | head`: what is left is for nobody.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), process.env);
