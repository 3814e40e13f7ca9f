/** A piece of shared memory, so that the digest threads can read the data in it. */
export class Block {
  #memory: SharedArrayBuffer | undefined;
  length = 0;
  /** Resolves once the bytes are digested. */
  digested: Promise<void> = Promise.resolve();

  constructor(private readonly size: number) {}

  get memory(): SharedArrayBuffer {
    return (this.#memory ??= new SharedArrayBuffer(this.size));
  }

  get bytes(): Buffer {
    return Buffer.from(this.memory, 0, this.length);
  }

  get isFull(): boolean {
    return this.length === this.size;
  }

  /** Copies as much of a piece as there is room for. Returns the number of bytes copied. */
  add(piece: Buffer): number {
    const added = piece.copy(Buffer.from(this.memory), this.length);
    this.length += added;
    return added;
  }

  /** Waits until the bytes are digested, then clears the block. */
  async emptied(): Promise<void> {
    await this.digested;
    this.clear();
  }

  clear(): void {
    this.length = 0;
    this.digested = Promise.resolve();
  }
}
