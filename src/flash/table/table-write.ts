/** Bytes that belong at a place of a disk. They begin and end where a sector does. */
export interface TableWrite {
  /** In bytes, from the disk's beginning. */
  offset: number;
  bytes: Buffer;
  /** For people: `the backup GPT header`. */
  what: string;
}
