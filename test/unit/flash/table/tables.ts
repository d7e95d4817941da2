import { crc32 } from 'node:zlib';

/** One entry of an MBR as a test wants it. */
export interface WantedEntry {
  type: number;
  first: number;
  count: number;
  flag?: number;
}

/** 64 KiB that begin with an MBR. */
export function mbrHead(entries: readonly WantedEntry[], diskId = 0x5452574f): Buffer {
  const head = Buffer.alloc(65_536);
  head.writeUInt32LE(diskId, 440);
  entries.forEach(({ type, first, count, flag = 0 }, index) => {
    const at = 446 + 16 * index;
    head[at] = flag;
    head[at + 4] = type;
    head.writeUInt32LE(first, at + 8);
    head.writeUInt32LE(count, at + 12);
  });
  head.writeUInt16BE(0x55aa, 510);
  return head;
}

/** A partition of a GPT as a test wants it, in sectors; `last` is included. */
export interface WantedPartition {
  number: number;
  first: number;
  last: number;
  type?: string;
  name?: string;
}

/** A GPT as a test wants it. */
export interface WantedGpt {
  partitions: readonly WantedPartition[];
  lastUsable: number;
  sectorSize?: number;
  entryCount?: number;
  entrySize?: number;
  entriesSector?: number;
  protective?: readonly WantedEntry[];
}

/** "Linux filesystem". */
export const linuxGuid = '0fc63daf-8483-4772-8e79-3d69d8477de4';

function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]);
}

/** The GUID that {@link gptHead} gives to a partition. */
export function guidOf(number: number): string {
  return `5452574f-2211-4433-5566-7788990011${number.toString(16).padStart(2, '0')}`;
}

/** Sets the header's checksums to what its bytes and its entries have. */
export function sealGpt(head: Buffer, sectorSize = 512): void {
  const header = head.subarray(sectorSize, 2 * sectorSize);
  const start = Number(header.readBigUInt64LE(72)) * sectorSize;
  header.writeUInt32LE(crc32(head.subarray(start, start + header.readUInt32LE(80) * header.readUInt32LE(84))), 88);
  header.writeUInt32LE(0, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
}

function writeHeader(head: Buffer, gpt: Required<Omit<WantedGpt, 'partitions' | 'protective'>>): void {
  const { sectorSize, entryCount, entrySize, entriesSector, lastUsable } = gpt;
  const header = head.subarray(sectorSize, 2 * sectorSize);
  const entrySectors = Math.ceil((entryCount * entrySize) / sectorSize);
  header.write('EFI PART', 'latin1');
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(BigInt(lastUsable + entrySectors + 1), 32);
  header.writeBigUInt64LE(BigInt(entriesSector + entrySectors), 40);
  header.writeBigUInt64LE(BigInt(lastUsable), 48);
  guidBytes(guidOf(0)).copy(header, 56);
  header.writeBigUInt64LE(BigInt(entriesSector), 72);
  header.writeUInt32LE(entryCount, 80);
  header.writeUInt32LE(entrySize, 84);
}

/** 64 KiB that begin with a protective MBR and the first copy of a GPT, as OpenWrt's images have it: there is no other. */
export function gptHead(wanted: WantedGpt): Buffer {
  const gpt = { sectorSize: 512, entryCount: 128, entrySize: 128, entriesSector: 2, ...wanted };
  const entrySectors = Math.ceil((gpt.entryCount * gpt.entrySize) / gpt.sectorSize);
  const head = mbrHead(wanted.protective ?? [{ type: 0xee, first: 1, count: gpt.lastUsable + entrySectors + 1 }]);
  writeHeader(head, gpt);
  for (const { number, first, last, type = linuxGuid, name = '' } of gpt.partitions) {
    const entry = head.subarray(gpt.entriesSector * gpt.sectorSize + (number - 1) * gpt.entrySize);
    guidBytes(type).copy(entry, 0);
    guidBytes(guidOf(number)).copy(entry, 16);
    entry.writeBigUInt64LE(BigInt(first), 32);
    entry.writeBigUInt64LE(BigInt(last), 40);
    entry.write(name, 56, 'utf16le');
  }
  sealGpt(head, gpt.sectorSize);
  return head;
}

/** The table of OpenWrt's EFI images: `kernel`, `rootfs`, and the BIOS boot partition as number 128. */
export function openWrtGpt(): Buffer {
  return gptHead({
    lastUsable: 246_271,
    partitions: [
      {
        number: 1,
        first: 512,
        last: 33_279,
        type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
        name: 'EFI System Partition',
      },
      { number: 2, first: 33_280, last: 246_271 },
      { number: 128, first: 34, last: 511, type: '21686148-6449-6e6f-744e-656564454649' },
    ],
  });
}

/** Puts writes into a picture of a disk's first or last bytes. Those that lie elsewhere are left out. */
export function apply(bytes: Buffer, writes: readonly { offset: number; bytes: Buffer }[], start = 0): Buffer {
  const copy = Buffer.from(bytes);
  for (const write of writes) if (write.offset >= start) write.bytes.copy(copy, write.offset - start);
  return copy;
}
