/** Hears of uploads and of their leases, for metrics and traces. */
export interface UploadObserver {
  /**
   * An upload begins: it has claimed its image. The returned function is called at its end, with the bytes that have
   * arrived, and with the reason if it failed.
   */
  upload(store: string): (bytes: number, failure?: unknown) => void;
  /** The digests of the data begin. The returned function is called when they are there, or when the upload has failed. */
  digest(algorithms: readonly string[]): (failure?: unknown) => void;
  /** A lease was renewed, or not: the upload has lost its image, or the database did not answer. */
  leaseRenewed(outcome: 'renewed' | 'lost' | 'failed'): void;
}
