import { afterAll, afterEach, expect } from 'vitest';
import { statementFaults, watchStatements } from './watched-statements.js';

// Runs before each file. A test that sends a statement that MySQL would refuse fails on every engine.
watchStatements();
const nothingUnportable = () =>
  expect(statementFaults(), 'statements that would not run on every database').toEqual([]);
afterEach(nothingUnportable);
afterAll(nothingUnportable);
