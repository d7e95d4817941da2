import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { DiskFlash, type DiskOutcome, type ImageContent } from '../../../../src/flash/write/disk-flash.js';
import { MemoryDisk } from '../../../support/memory-disk.js';

const mebibyte = 1024 * 1024;

/** An image of so many MiB: a partition table, data in some blocks, zeros in the others. */
function imageOf(mebibytes: number, isData: (block: number) => boolean, seed = 1): Buffer {
  const bytes = Buffer.alloc(mebibytes * mebibyte);
  for (let block = 0; block < mebibytes; block++) {
    if (isData(block))
      createHash('shake256', { outputLength: mebibyte })
        .update(`${seed}.${block}`)
        .digest()
        .copy(bytes, block * mebibyte);
  }
  bytes.fill(0, 440, 512);
  Buffer.from([0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 2, 0, 0, 0, 0x80, 0, 0]).copy(bytes, 446);
  bytes.writeUInt16LE(0xaa55, 510);
  return bytes;
}

function contentOf(bytes: Buffer, piece = 300_000): ImageContent {
  return {
    size: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await
    async *read() {
      for (let at = 0; at < bytes.length; at += piece) yield Buffer.from(bytes.subarray(at, at + piece));
    },
  };
}

/** Writes and proves. */
async function writeDisks(
  image: ImageContent,
  disks: readonly MemoryDisk[],
  { signal = new AbortController().signal, isExpanding = false } = {},
): Promise<DiskOutcome[]> {
  const buffers = (count: number, size: number) => Array.from({ length: count }, () => Buffer.alloc(size));
  const flash = new DiskFlash(image, disks, { buffers, now: () => 0, isExpanding });
  await flash.write({ signal, onProgress: () => undefined });
  await flash.prove({ signal, onProgress: () => undefined });
  return flash.outcomes;
}

const junk = (mebibytes: number) => randomBytes(mebibytes * mebibyte);
const some = (block: number) => block % 3 === 0;

describe('writing an image onto a disk full of junk', () => {
  it.each([true, false])('leaves the very image, whether or not the disk can zero itself (%s)', async (canZero) => {
    const image = imageOf(20, some);
    const disk = new MemoryDisk(junk(24));
    const before = Buffer.from(disk.bytes);
    disk.canZero = canZero;
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ failure: undefined, state: 'written' });
    expect(disk.bytes.subarray(0, image.length).equals(image)).toBe(true);
    // Between the image's end and the last MiB nothing is changed; the last MiB is emptied.
    expect(
      disk.bytes.subarray(20 * mebibyte, 23 * mebibyte).equals(before.subarray(20 * mebibyte, 23 * mebibyte)),
    ).toBe(true);
    expect(disk.bytes.subarray(23 * mebibyte).every((byte) => byte === 0)).toBe(true);
  });

  it('writes zeros only where the disk cannot make them itself', async () => {
    const image = imageOf(20, some);
    const able = new MemoryDisk(junk(24));
    const unable = new MemoryDisk(junk(24));
    unable.canZero = false;
    const outcomes = await writeDisks(contentOf(image), [able, unable]);
    expect(outcomes.map(({ figures }) => figures.written / mebibyte)).toEqual([7, 20]);
    expect(outcomes[0]?.figures.zeroed).toBe(13 * mebibyte);
  });

  it('empties both ends first and writes the first MiB last', async () => {
    const disk = new MemoryDisk(junk(24));
    await writeDisks(contentOf(imageOf(20, some)), [disk]);
    expect(disk.log.slice(0, 4)).toEqual([`write 0+${mebibyte}`, 'sync', `write ${23 * mebibyte}+${mebibyte}`, 'sync']);
    expect(disk.log.slice(-3)).toEqual(['sync', `write 0+${mebibyte}`, 'sync']);
  });

  it('has the disk put what it got on the medium again and again', async () => {
    const disk = new MemoryDisk(junk(70));
    await writeDisks(contentOf(imageOf(64, () => true)), [disk]);
    const pieces = disk.log.join(' ').split('sync');
    const longest = Math.max(...pieces.map((piece) => piece.match(/write/g)?.length ?? 0));
    // Every 16 MiB; some blocks are on their way meanwhile.
    expect(longest).toBeLessThan(24);
  });

  it('leaves a first MiB of zeros whenever it is cut', async () => {
    const image = imageOf(20, some);
    for (let cut = 2; cut < 8; cut++) {
      const disk = new MemoryDisk(junk(24));
      let writes = 0;
      disk.beforeWrite = () => {
        if (++writes > cut) throw new Failure('cut', { code: 'verification' });
      };
      const [outcome] = await writeDisks(contentOf(image), [disk]);
      expect(outcome?.state).toBe('erased');
      expect(outcome?.failure).toMatchObject({
        hint: expect.stringContaining('cannot be used until it is flashed again') as string,
      });
      expect(disk.bytes.subarray(0, mebibyte).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('flashing again', () => {
  it('writes nothing at all when the disk has the image already', async () => {
    const image = imageOf(20, some);
    const disk = new MemoryDisk(Buffer.concat([image, junk(4)]));
    const before = Buffer.from(disk.bytes);
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ state: 'written', figures: { written: 0, same: image.length, zeroed: 0 } });
    expect(disk.log).toEqual([]);
    expect(disk.bytes.equals(before)).toBe(true);
  });

  it('writes only what differs from an older version', async () => {
    const image = imageOf(20, some);
    const older = imageOf(20, some);
    older.fill(7, 9 * mebibyte + 70_000, 9 * mebibyte + 70_010);
    const disk = new MemoryDisk(Buffer.concat([older, junk(4)]));
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(disk.bytes.subarray(0, image.length).equals(image)).toBe(true);
    // One piece of 64 KiB, and the first MiB, which had to be emptied for it.
    expect(outcome?.figures.written).toBe(65_536 + mebibyte);
  });

  it('leaves the end alone when only the beginning differs', async () => {
    const image = imageOf(6, () => true);
    const older = Buffer.from(image);
    older.fill(7, 1000, 1010);
    // As long as the image: what is at the disk's end belongs to it.
    const disk = new MemoryDisk(older);
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ failure: undefined, state: 'written', figures: { written: mebibyte } });
    expect(disk.bytes.equals(image)).toBe(true);
    expect(disk.log).toEqual([`write 0+${mebibyte}`, 'sync', `write 0+${mebibyte}`, 'sync']);
  });

  it('reads back what it changed in an older version', async () => {
    const image = imageOf(20, some);
    const older = Buffer.from(image).fill(7, 9 * mebibyte + 70_000, 9 * mebibyte + 70_010);
    const disk = new MemoryDisk(Buffer.concat([older, junk(4)]));
    const lost = 9 * mebibyte + 65_536;
    disk.beforeWrite = (offset) => {
      if (offset !== lost) return;
      disk.afterRead = (buffer, at) => {
        if (at === 9 * mebibyte) older.copy(buffer, 0, at);
      };
    };
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ state: 'erased', failure: { code: 'verification' } });
    expect((outcome?.failure as Failure).message).toContain(
      `the first difference is at byte ${9 * mebibyte + 70_000} `,
    );
  });

  it('leaves no copy of an old GPT behind an image with an MBR', async () => {
    const image = imageOf(20, some);
    const backup = Buffer.alloc(512);
    backup.write('EFI PART');
    const disk = new MemoryDisk(Buffer.concat([image, junk(4).fill(backup, 4 * mebibyte - 512)]));
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ failure: undefined, state: 'written' });
    expect(disk.bytes.subarray(0, image.length).equals(image)).toBe(true);
    expect(disk.bytes.subarray(-512).every((byte) => byte === 0)).toBe(true);
  });

  it('is right on a disk that only looks like an older version', async () => {
    const image = imageOf(36, some, 1);
    const disk = new MemoryDisk(Buffer.concat([imageOf(36, () => true, 2), junk(4)]));
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome?.failure).toBeUndefined();
    expect(disk.bytes.subarray(0, image.length).equals(image)).toBe(true);
  });
});

describe('a disk that is not what it should be', () => {
  it('is told with the byte in which it differs, and nothing boots from it', async () => {
    const image = imageOf(20, () => true);
    const disk = new MemoryDisk(junk(24));
    disk.afterRead = (buffer, offset) => {
      if (offset === 5 * mebibyte && disk.log.length > 10) buffer[1234] = (buffer[1234] ?? 0) ^ 1;
    };
    const [outcome] = await writeDisks(contentOf(image), [disk]);
    expect(outcome).toMatchObject({ state: 'erased', failure: { code: 'verification' } });
    expect((outcome?.failure as Failure).message).toContain(`the first difference is at byte ${5 * mebibyte + 1234} `);
    expect(disk.bytes.subarray(0, mebibyte).every((byte) => byte === 0)).toBe(true);
  });

  it('is told when only the first MiB, which comes last, is lost', async () => {
    const disk = new MemoryDisk(junk(24));
    disk.beforeWrite = (written) => {
      // The first write there empties it.
      if (written > 0 || disk.log.length === 0) return;
      disk.afterRead = (buffer, offset) => {
        if (offset === 0) buffer.fill(0);
      };
    };
    const [outcome] = await writeDisks(contentOf(imageOf(20, some)), [disk]);
    expect((outcome?.failure as Failure).message).toContain('the first difference is at byte 0 ');
    expect((outcome?.failure as Failure).hint).toContain('but not proven: flash it again');
  });

  it('is found out when what it zeroed is not zero', async () => {
    const disk = new MemoryDisk(junk(24));
    disk.zero = (offset, length) => {
      disk.log.push(`zero ${offset}+${length}`);
      return Promise.resolve(true);
    };
    const [outcome] = await writeDisks(contentOf(imageOf(20, some)), [disk]);
    expect((outcome?.failure as Failure).message).toContain(`the first difference is at byte ${mebibyte}`);
  });

  it('does not stop the others', async () => {
    const image = imageOf(20, some);
    const [broken, fine] = [new MemoryDisk(junk(24)), new MemoryDisk(junk(24))];
    broken.beforeWrite = (offset) => {
      if (offset > 10 * mebibyte && offset < 20 * mebibyte) throw new Failure('broken', { code: 'verification' });
    };
    const outcomes = await writeDisks(contentOf(image), [broken, fine]);
    expect(outcomes.map(({ failure }) => (failure as Failure | undefined)?.message)).toEqual(['broken', undefined]);
    expect(fine.bytes.subarray(0, image.length).equals(image)).toBe(true);
  });

  it('that is too small is told so, when the image was longer than it said', async () => {
    const image = imageOf(20, some);
    const disk = new MemoryDisk(junk(18));
    const [outcome] = await writeDisks({ ...contentOf(image), size: undefined }, [disk]);
    expect((outcome?.failure as Failure).message).toBe('the image is longer than /dev/fake, which has 18.0 MiB');
  });
});

describe('an interrupted write', () => {
  it('ends with its reason and says in what state the disk is', async () => {
    const stop = new AbortController();
    const disk = new MemoryDisk(junk(24));
    disk.beforeWrite = (offset) => {
      if (offset === 9 * mebibyte) stop.abort(new Failure('interrupted', { code: 'interrupted' }));
    };
    const outcome = writeDisks(contentOf(imageOf(20, some)), [disk], { signal: stop.signal });
    await expect(outcome).rejects.toMatchObject({
      code: 'interrupted',
      hint: '/dev/fake cannot be used until it is flashed again: its beginning is empty, nothing boots from it.',
    });
  });

  it('that fails because of the image says so of every disk', async () => {
    const image = contentOf(imageOf(20, some));
    const broken: ImageContent = {
      size: image.size,
      async *read(signal) {
        let read = 0;
        for await (const piece of image.read(signal)) {
          if ((read += piece.length) > 8 * mebibyte)
            throw new Failure('the image is damaged', { code: 'verification' });
          yield piece;
        }
      },
    };
    const disks = [new MemoryDisk(junk(24)), new MemoryDisk(junk(24))];
    await expect(writeDisks(broken, disks)).rejects.toMatchObject({
      message: 'the image is damaged',
      hint: expect.stringMatching(/\/dev\/fake cannot.*\/dev\/fake cannot/) as string,
    });
    for (const { bytes } of disks) expect(bytes.subarray(0, mebibyte).every((byte) => byte === 0)).toBe(true);
  });
});
