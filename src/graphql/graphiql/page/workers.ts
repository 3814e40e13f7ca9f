/** Kind of worker → name of its file; written in by the build. */
declare const WORKERS: Record<string, string>;

/** Completion and checking happen in workers; the editor asks for them by their kind. */
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(`graphiql/${WORKERS[label] ?? WORKERS.editor}`),
  },
});
