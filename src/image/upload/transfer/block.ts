/** Memory for a part of the data, that other threads can look into. */
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

  /** Takes in as much of a piece as there is room for, and says how much that is. */
  add(piece: Buffer): number {
    const added = piece.copy(Buffer.from(this.memory), this.length);
    this.length += added;
    return added;
  }

  /** Waits until nobody needs the bytes any more, and begins anew. */
  async emptied(): Promise<void> {
    await this.digested;
    this.clear();
  }

  clear(): void {
    this.length = 0;
    this.digested = Promise.resolve();
  }
}
