#!/usr/bin/env node
import 'reflect-metadata';
import { run } from './command-line.js';

process.exitCode = await run(process.argv.slice(2), process.env);
