/** A manifest that cannot be used. Its message is one line: the file, and the fault. */
export class ManifestError extends Error {
  constructor(path: string, problem: string) {
    super(`PERSISTED_DOCUMENTS: ${path}: ${problem}`);
  }
}
