/** What a partition is for, as far as its table says. `linux` is what a Linux root or data partition has. */
export type PartitionKind = 'linux' | 'efi' | 'fat' | 'bios-boot' | 'swap' | 'extended' | 'other';

const mbrKinds: ReadonlyMap<number, PartitionKind> = new Map([
  ...[0x01, 0x04, 0x06, 0x0b, 0x0c, 0x0e].map((type) => [type, 'fat'] as const),
  ...[0x05, 0x0f, 0x85].map((type) => [type, 'extended'] as const),
  [0x82, 'swap'],
  [0x83, 'linux'],
  [0xef, 'efi'],
]);

/** What an MBR's partition type stands for. */
export function kindOfMbrType(type: number): PartitionKind {
  return mbrKinds.get(type) ?? 'other';
}

/** Types of the UEFI specification and of the Discoverable Partitions Specification. */
const guidKinds: ReadonlyMap<string, PartitionKind> = new Map([
  ['0fc63daf-8483-4772-8e79-3d69d8477de4', 'linux'],
  ['4f68bce3-e8cd-4db1-96e7-fbcaf984b709', 'linux'], // root, x86-64
  ['44479540-f297-41b2-9af7-d131d5f0458a', 'linux'], // root, x86
  ['b921b045-1df0-41c3-af44-4c6f280d3fae', 'linux'], // root, arm64
  ['69dad710-2ce4-4e3c-b16c-21a1d49abed3', 'linux'], // root, arm
  ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'efi'],
  ['ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', 'fat'],
  ['21686148-6449-6e6f-744e-656564454649', 'bios-boot'],
  ['0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', 'swap'],
]);

/** What a GPT's partition type stands for; the GUID is in lower case. */
export function kindOfGuid(guid: string): PartitionKind {
  return guidKinds.get(guid) ?? 'other';
}
