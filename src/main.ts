#!/usr/bin/env node
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { run } from './command-line.js';

// Per cent by which the heap may grow between two collections. With V8's default of up to 300, the garbage of a
// hundred transfers grows larger than everything else. Lists cost the same with either value.
setFlagsFromString('--heap-growing-percent=30');

// The reader of our output may stop early, as in `glance-graphql verify | head`. The rest of the output is dropped.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Ends the process even while a request to a silent store is still open: nothing needs its answer any more.
process.exit(await run(process.argv.slice(2), process.env));
