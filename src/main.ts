import { run } from './command-line.js';
import { dropOutputWithoutReader } from './output.js';
import { withSourcePlaces } from './telemetry/source-places.js';

dropOutputWithoutReader(process.stdout, process.stderr);

process.on('uncaughtExceptionMonitor', (error: Error) => {
  error.stack = withSourcePlaces(String(error.stack));
});

// Ends the process even while a request to a silent store is still open: nothing needs its answer any more.
void run(process.argv.slice(2), process.env).then((status) => process.exit(status));
