import { describe, expect, it } from 'vitest';
import { isForAnotherTarget, readMetadata } from '../../../../src/flash/image/metadata.js';
import { sampleMetadata } from './fwtool-image.js';

describe('readMetadata', () => {
  it('says which boards, which version, which target', () => {
    const metadata = readMetadata(sampleMetadata);
    expect(metadata).toEqual({
      supportedDevices: ['vendor,board'],
      distribution: 'OpenWrt',
      version: '23.05.5',
      revision: 'r24106',
      target: 'mediatek/filogic',
      board: 'vendor_board',
    });
    expect(isForAnotherTarget(metadata)).toBe(true);
  });

  it.each([[undefined], [null], ['text'], [{}], [{ supported_devices: 5, version: [] }], [{ version: { dist: 1 } }]])(
    'makes nothing of %j',
    (metadata) => {
      expect(readMetadata(metadata)).toEqual({ supportedDevices: [] });
    },
  );

  it('gives nothing to the terminal but a line of text', () => {
    const metadata = readMetadata({
      supported_devices: ['a\u001b[2Jb'],
      version: { dist: 'Open\u202eWrt\nmore', target: 'x86/64' },
    });
    expect(metadata).toEqual({ supportedDevices: ['ab'], distribution: 'OpenWrt', target: 'x86/64' });
    expect(isForAnotherTarget(metadata)).toBe(false);
    expect(isForAnotherTarget({ supportedDevices: [] })).toBe(false);
  });
});
