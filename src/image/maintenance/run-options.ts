/** Whoever has started a long piece of work and looks on. */
export interface RunOptions<Count> {
  /** Called with what was done until now, more often than anybody needs to look. */
  onProgress?: (count: Readonly<Count>) => void;
  /** Ends the work early, after what is under way; what was done until then stays done and is counted. */
  signal?: AbortSignal;
}
