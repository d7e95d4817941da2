/** The fields of a VDI, where a test wants others than those of a sound one. */
export interface VdiFields {
  type: number;
  version: number;
  headerSize: number;
  mapOffset: number;
  dataOffset: number;
  sectorBytes: number;
  diskBytes: bigint;
  blockBytes: number;
  blockExtra: number;
  blockCount: number;
  allocated: number;
  parent: number;
  link: number;
}

/** A dynamic disk of five blocks of 1 MiB (the last one half), of which two are in use. */
const soundFields: VdiFields = {
  type: 1,
  version: 0x10001,
  headerSize: 400,
  mapOffset: 512,
  dataOffset: 1024 * 1024,
  sectorBytes: 512,
  diskBytes: 4n * 1048576n + 524288n,
  blockBytes: 1048576,
  blockExtra: 0,
  blockCount: 5,
  allocated: 2,
  parent: 0,
  link: 0,
};

/** The header of a VDI. */
export function vdiHeader(fields: Partial<VdiFields> = {}): Buffer {
  const all = { ...soundFields, ...fields };
  const head = Buffer.alloc(512);
  head.write('<<< Oracle VM VirtualBox Disk Image >>>\n');
  const places: readonly (readonly [number, keyof VdiFields])[] = [
    [0x44, 'version'],
    [0x48, 'headerSize'],
    [0x4c, 'type'],
    [0x154, 'mapOffset'],
    [0x158, 'dataOffset'],
    [0x168, 'sectorBytes'],
    [0x178, 'blockBytes'],
    [0x17c, 'blockExtra'],
    [0x180, 'blockCount'],
    [0x184, 'allocated'],
    [0x1a8, 'link'],
    [0x1b8, 'parent'],
  ];
  head.writeUInt32LE(0xbeda107f, 0x40);
  for (const [at, name] of places) head.writeUInt32LE(Number(all[name]), at);
  head.writeBigUInt64LE(all.diskBytes, 0x170);
  return head;
}

/** A block map out of its entries. */
export function vdiMap(entries: readonly number[]): Buffer {
  const map = Buffer.alloc(entries.length * 4);
  entries.forEach((entry, index) => map.writeUInt32LE(entry, index * 4));
  return map;
}
