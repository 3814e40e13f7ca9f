import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

/**
 * Loaded into a gateway's process: ends it, as `kill -9` does, at the point that DIES_AT names, such as
 * `before link` or `after unlink .upload-`, where the last word is part of a path.
 */
const [when, call, path = ''] = process.env.DIES_AT.split(' ');
const real = fs.promises[call];
const die = () => process.kill(process.pid, 'SIGKILL');

fs.promises[call] = async (...args) => {
  const isMeant = String(args[0]).includes(path);
  if (isMeant && when === 'before') die();
  const done = await real(...args);
  if (isMeant && when === 'after') die();
  return done;
};
syncBuiltinESMExports();
