import { describe, expect, it } from 'vitest';
import { partitionsOf } from '../../../../src/flash/table/partition-list.js';
import { gptHead, mbrHead, openWrtGpt } from './tables.js';

describe('the partitions of an image', () => {
  it('are listed for an MBR', () => {
    const head = mbrHead([
      { type: 0x0c, first: 8192, count: 131_072, flag: 0x80 },
      { type: 0, first: 0, count: 0 },
      { type: 0x83, first: 139_264, count: 2 ** 31 },
      { type: 0x05, first: 1, count: 8 },
    ]);
    expect(partitionsOf(head, 512)).toEqual([
      { number: 1, startByte: 4_194_304, byteLength: 67_108_864, kind: 'fat' },
      { number: 3, startByte: 71_303_168, byteLength: 2 ** 40, kind: 'linux' },
      { number: 4, startByte: 512, byteLength: 4096, kind: 'extended' },
    ]);
    expect(partitionsOf(head, 4096)[0]).toMatchObject({ startByte: 8192 * 4096 });
  });

  it('are listed for a GPT', () => {
    expect(partitionsOf(openWrtGpt(), 512)).toEqual([
      { number: 1, startByte: 262_144, byteLength: 16_777_216, kind: 'efi' },
      { number: 2, startByte: 17_039_360, byteLength: 109_051_904, kind: 'linux' },
      { number: 128, startByte: 17_408, byteLength: 244_736, kind: 'bios-boot' },
    ]);
  });

  it('are those of the GPT when the MBR is a hybrid one', () => {
    const protective = [
      { type: 0xee, first: 1, count: 99 },
      { type: 0x83, first: 100, count: 100 },
    ];
    const head = gptHead({ lastUsable: 999, protective, partitions: [{ number: 7, first: 100, last: 199 }] });
    expect(partitionsOf(head, 512)).toEqual([{ number: 7, startByte: 51_200, byteLength: 51_200, kind: 'linux' }]);
  });

  it('are none where the table cannot be meant', () => {
    expect(partitionsOf(Buffer.alloc(65_536), 512)).toEqual([]);
    expect(partitionsOf(mbrHead([{ type: 0x83, first: 1, count: 1, flag: 0x6f }]), 512)).toEqual([]);
    expect(partitionsOf(gptHead({ lastUsable: 999, partitions: [{ number: 1, first: 50, last: 49 }] }), 512)).toEqual(
      [],
    );
  });

  it.each([
    ['ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', 'fat'],
    ['0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', 'swap'],
    ['4f68bce3-e8cd-4db1-96e7-fbcaf984b709', 'linux'],
    ['fe3a2a5d-4f32-41a7-b725-accc3285a309', 'other'],
  ])('have a kind for %s: %s', (type, kind) => {
    const head = gptHead({ lastUsable: 999, partitions: [{ number: 1, first: 50, last: 99, type }] });
    expect(partitionsOf(head, 512)).toMatchObject([{ kind }]);
  });

  it.each([
    [0x82, 'swap'],
    [0xef, 'efi'],
    [0x0f, 'extended'],
    [0x06, 'fat'],
    [0x07, 'other'],
  ])('have a kind for type %i: %s', (type, kind) => {
    expect(partitionsOf(mbrHead([{ type, first: 1, count: 1 }]), 512)).toMatchObject([{ kind }]);
  });
});
