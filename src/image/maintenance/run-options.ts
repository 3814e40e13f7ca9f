/** The options of a long run of maintenance. */
export interface RunOptions<Count> {
  /** Called with the progress until now, more often than anybody needs it. */
  onProgress?: (count: Readonly<Count>) => void;
  /** Ends the run early, after the work in hand. Finished work stays and counts. */
  signal?: AbortSignal;
}
