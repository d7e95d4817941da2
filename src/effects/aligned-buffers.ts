// Node has it; the types of the language's library without a browser's do not.
declare const WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };

/**
 * Buffers that begin at a page's boundary, as direct I/O wants them. Node's own allocator gives none, the memory of
 * WebAssembly does. They live as long as any of them is used.
 *
 * @param size a multiple of 4096
 */
export function alignedBuffers(count: number, size: number): Buffer[] {
  const pages = Math.ceil((count * size) / 65536);
  const { buffer } = new WebAssembly.Memory({ initial: pages });
  return Array.from({ length: count }, (_, index) => Buffer.from(buffer, index * size, size));
}
