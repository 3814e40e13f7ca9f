#!/usr/bin/env node
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { run } from './command-line.js';

// Per cent by which the heap may grow between two collections. Its own default, up to 300, lets the garbage of a
// hundred transfers gather to more than everything else; lists cost the same with either.
setFlagsFromString('--heap-growing-percent=30');

// Whoever reads our output may have seen enough, as in `glance-graphql verify | head`: what is left is for nobody.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// A store that says nothing may still be waited for; nobody wants its answer any more.
process.exit(await run(process.argv.slice(2), process.env));
