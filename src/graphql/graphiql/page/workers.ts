/** The files of the workers, by kind. The build writes them. */
declare const WORKERS: Record<string, string>;

/** Completion and validation run in workers. The editor requests a worker by its kind. */
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(`graphiql/${WORKERS[label] ?? WORKERS.editor}`),
  },
});
