import { optionsOf, type Option } from '../config/option.js';
import { namesOf, options } from '../config/read-config.js';
import { STORE_OPTIONS } from '../config/store-options.js';
import { flagOf } from './arguments.js';

/** Returns the text of `--help`. */
export function help(): string {
  return [
    COMMANDS,
    ...options.map((option) => described(option)),
    ...Object.entries(STORE_OPTIONS).flatMap(([kind, store]) => [
      '',
      `For a store called NAME of kind ${kind}:`,
      '',
      ...optionsOf(store.prototype).map((option) => described(option, 'STORE_NAME_')),
    ]),
  ].join('\n');
}

const COMMANDS = `Usage: glance-graphql [serve | migrate | check | scrub | sweep | verify] [options]

  serve      Serve GraphQL and image data. This is the default.
  migrate    Bring the tables to the form that this version needs, and stop.
             --gateway-tables  add the gateway's own tables to a database of Glance
             --gateway-tables --undo  remove them again; Glance's tables stay as they are
             --force  with --undo: even while uploads are running, or data still has to be removed
  check      Show the database and the image stores, what is wrong, and what to do. Changes nothing.
             The exit status is 1 when the gateway would not start, or would refuse part of its work.
             --json  print the result as JSON
  scrub      Remove the data of images that were deleted with DELAYED_DELETE more than SCRUB_TIME ago, and stop.
             --json  print the counts as JSON
  sweep      Do once what the server does every SWEEP_INTERVAL, and stop when nothing more is due: settle the uploads
             of gateways that died, and remove the data of deleted images that still has to be removed.
             --json  print the counts as JSON
  verify [IMAGE_ID...]  Read the data of all images, or of these images, and compare it with the recorded size and
             digest. The exit status is 1 when data is damaged, missing or unreadable.
             --deactivate  deactivate active images whose data is damaged
             --formats  inspect the formats instead: name data that is unsafe, or other than its image declares
             --json  print each finding as a line of JSON, and the counts as the last line

  scrub, sweep and verify can run beside the server. SIGINT or SIGTERM ends them early; they print what they did.

  --config FILE   Read options from a file of NAME=value lines.
  -h, --help      Print this text.
  -v, --version   Print the version.

Every option is a flag or an environment variable. Flags win over the environment, the environment over the file.
A secret can also lie in a file of its own: --signing-key-file PATH, or SIGNING_KEY_FILE. A line break at its end is
dropped.
`;

function described(option: Option, prefix = ''): string {
  const { meaning, allowed, default: initial } = option;
  const preset = initial === undefined || String(initial) === '' ? '' : ` Default: ${String(initial)}.`;
  const [value, path] = namesOf(option).map((name) => {
    const flag = flagOf(prefix + name).replace('store-name-', 'store-NAME-');
    return { flag: `--${flag}`, variable: `(${prefix}${name})` };
  });
  const orFile = path ? ` or ${path.flag} PATH   ${path.variable}` : '';
  return `  ${value.flag} VALUE   ${value.variable}${orFile}\n      ${meaning} Expected: ${allowed}.${preset}`;
}
