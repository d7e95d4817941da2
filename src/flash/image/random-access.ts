/** A file that can be read anywhere. Errors of reading are the reader's own. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `offset` on: `length` of them, fewer only where the file ends. */
  read(offset: number, length: number): Promise<Buffer>;
}
