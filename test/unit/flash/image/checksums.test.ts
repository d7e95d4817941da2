import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChecksum, parseSha256Option, verifyChecksum } from '../../../../src/flash/image/checksums.js';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const imageName = 'openwrt-x86-64 combined.img.gz';

function profiles(...images: object[]): string {
  return JSON.stringify({ profiles: { generic: { images }, other: { images: [{ name: 'else', sha256: 'none' }] } } });
}

describe('findChecksum', () => {
  it.each([
    ['of sha256sum -b', `${b} *other.img\n${a} *${imageName}\n`],
    ['of sha256sum', `${a}  ${imageName}\n${b}  a longer ${imageName}\n`],
    ['with the line ends of Windows', `${a} *${imageName}\r\n`],
    ['in capitals, with a place', `${a.toUpperCase()} *./${imageName}`],
    ['of BSD', `SHA256 (${imageName}) = ${a}\n`],
    ['twice the same', `${a} *${imageName}\n${a}  ${imageName}\n`],
    ['behind a comment', `# the hash of ${imageName}\n${a} *${imageName}\n`],
  ])('reads lines %s', (_, sha256sums) => {
    expect(findChecksum({ imageName, sha256sums })).toEqual({ sha256: a, from: 'sha256sums' });
  });

  it('reads names that coreutils has escaped', () => {
    const name = 'a\\b\nc.img';
    expect(findChecksum({ imageName: name, sha256sums: `\\${a} *a\\\\b\\nc.img\n` })).toMatchObject({ sha256: a });
    expect(findChecksum({ imageName: 'a\\nc.img', sha256sums: `${a} *a\\nc.img\n` })).toMatchObject({ sha256: a });
  });

  it("reads OpenWrt's profiles.json: the hash of the file with its signature", () => {
    const text = profiles({ name: imageName, sha256: a, sha256_unsigned: b });
    expect(findChecksum({ imageName, profiles: text })).toEqual({ sha256: a, from: 'profiles.json' });
  });

  it('reads our otb-build.json', () => {
    const otbBuild = JSON.stringify({ artifacts: [{ name: 'else' }, { name: imageName, sha256: a, size: 5 }] });
    expect(findChecksum({ imageName, otbBuild })).toEqual({ sha256: a, from: 'otb-build.json' });
  });

  it('knows nothing where nobody names the image', () => {
    const otbBuild = '{"artifacts":[]}';
    expect(findChecksum({ imageName })).toBeUndefined();
    expect(findChecksum({ imageName, sha256sums: `${a} *other\n\n`, profiles: profiles(), otbBuild })).toBeUndefined();
  });

  it('names all who agree', () => {
    const found = findChecksum({
      imageName,
      option: a,
      sha256sums: `${a} *${imageName}`,
      profiles: profiles({ name: imageName, sha256: a }),
    });
    expect(found).toEqual({ sha256: a, from: '--sha256, sha256sums and profiles.json' });
  });

  it('refuses what two sources say differently', () => {
    const act = () => findChecksum({ imageName, option: b, sha256sums: `${a} *${imageName}` });
    expect(act).toThrow(
      expect.objectContaining({
        message: `--sha256 and sha256sums contradict each other about ${imageName}`,
        code: 'verification',
        lines: [`--sha256: ${b}`, `sha256sums: ${a}`],
      }),
    );
  });

  it('refuses what one source says twice, differently', () => {
    const sha256sums = `${a} *${imageName}\n${b} *${imageName}\n`;
    expect(() => findChecksum({ imageName, sha256sums })).toThrow(
      expect.objectContaining({
        message: `sha256sums has two different hashes for ${imageName}`,
        code: 'verification',
        lines: [`sha256sums: ${a}`, `sha256sums: ${b}`],
      }),
    );
  });

  it.each([
    ['a hash that is cut off', `${a.slice(1)} *${imageName}`],
    ['a hash that is too long', `${a}0  ${imageName}`],
    ['no hash', imageName],
    ['one space', `${a} ${imageName}`],
    ["another program's hash", `SHA256 (${imageName}) = ${a.slice(1)}`],
  ])('refuses a line with the name and %s', (_, line) => {
    expect(() => findChecksum({ imageName, sha256sums: `${b} *x\n${line}\n` })).toThrow(
      `sha256sums cannot be used: line 2 names ${imageName}, and has no SHA-256 for it`,
    );
  });

  it.each([
    ['profiles.json cannot be used: it is no JSON', { profiles: '<html>' }],
    ['profiles.json cannot be used: it is some other JSON', { profiles: '{}' }],
    ['otb-build.json cannot be used: it is some other JSON', { otbBuild: '[]' }],
    [
      `profiles.json cannot be used: it names ${imageName}, and has no SHA-256 for it`,
      { profiles: profiles({ name: imageName, sha256: 'a' }) },
    ],
    [
      `otb-build.json cannot be used: it names ${imageName}, and has no SHA-256 for it`,
      { otbBuild: JSON.stringify({ artifacts: [{ name: imageName }] }) },
    ],
  ])('says %s', (message, sources) => {
    expect(() => findChecksum({ imageName, ...sources })).toThrow(
      expect.objectContaining({ message, code: 'verification' }),
    );
  });

  it('never finds a hash in lines about other files', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }).filter((name) => !name.includes('x.img'))), (names) => {
        const sha256sums = names.map((name) => `${a} *${name}\n`).join('');
        expect(findChecksum({ imageName: 'x.img', sha256sums })).toBeUndefined();
      }),
    );
  });
});

describe('parseSha256Option', () => {
  it.each([a, ` ${a}\n`, a.toUpperCase(), `sha256:${a}`, `SHA256=${a}`])('reads %j', (text) => {
    expect(parseSha256Option(text)).toBe(a);
  });

  it.each([
    ['it has 0 digits', ''],
    ['it has 63 digits', a.slice(1)],
    ['it has 128 digits', a + b],
    ['it has more than digits 0-9, a-f', `${a.slice(1)}g`],
    ['it has more than digits 0-9, a-f', `${a}  x.img`],
  ])('refuses it: %s', (why, text) => {
    expect(() => parseSha256Option(text)).toThrow(
      expect.objectContaining({ message: `--sha256 is no SHA-256: ${why}`, code: 'usage' }),
    );
  });
});

describe('verifyChecksum', () => {
  it('passes the right hash, and shows both where they differ', () => {
    const expected = { sha256: a, from: 'sha256sums' };
    expect(() => {
      verifyChecksum('x.img', a.toUpperCase(), expected);
    }).not.toThrow();
    expect(() => {
      verifyChecksum('x.img', b, expected);
    }).toThrow(
      expect.objectContaining({
        message: 'x.img is not the file it should be: its SHA-256 is not the one of sha256sums',
        code: 'verification',
        lines: [`expected: ${a}`, `found:    ${b}`],
      }),
    );
  });
});
