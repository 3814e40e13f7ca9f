/** Drops the rest of an output whose reader stops early, as in `glance-graphql verify | head`. */
export function dropOutputWithoutReader(...outputs: NodeJS.WriteStream[]): void {
  for (const output of outputs) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
