import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/core/failure.js';
import { parseLsblk } from '../../../../src/flash/drives/parse-lsblk.js';
import { lsblkText } from './support.js';

const device = { name: 'sdb', 'maj:min': '8:16', type: 'disk' };
const parse = (...blockdevices: unknown[]) => parseLsblk(JSON.stringify({ blockdevices }));

function failureOf(text: string): Failure {
  try {
    parseLsblk(text);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe("lsblk's JSON", () => {
  it('becomes a list, what is nested after what it lies on', () => {
    const [disk, partition, ...rest] = parseLsblk(lsblkText('usb-stick'));
    expect(rest).toEqual([]);
    expect(disk).toEqual({
      name: 'sdb',
      kernelName: 'sdb',
      path: '/dev/sdb',
      majorMinor: '8:16',
      type: 'disk',
      size: 31457280000,
      isReadOnly: false,
      isRemovable: true,
      isHotplug: true,
      model: 'Ultra',
      serial: '4C530001240115',
      wwn: undefined,
      vendor: 'SanDisk',
      transport: 'usb',
      logicalSector: 512,
      fsType: undefined,
      label: undefined,
      partLabel: undefined,
      uuid: undefined,
      mountpoints: [],
      parents: [],
    });
    expect(partition).toMatchObject({ fsType: 'vfat', mountpoints: ['/media/anna/PHOTOS'], parents: ['sdb'] });
  });

  it('says the same with numbers as strings, and as a flat list', () => {
    expect(parseLsblk(lsblkText('strings-flat'))).toEqual(parseLsblk(lsblkText('usb-stick')));
  });

  it('says the same in the words of an old util-linux', () => {
    const both = [...parseLsblk(lsblkText('lvm')), ...parseLsblk(lsblkText('usb-stick'))];
    expect(parseLsblk(lsblkText('old-util-linux'))).toEqual(both);
  });

  it('has a device once that lies on two', () => {
    const devices = parseLsblk(lsblkText('md'));
    expect(devices.map(({ kernelName }) => kernelName)).toEqual(['sda', 'sda1', 'md0', 'sdb', 'sdb1']);
    expect(devices[2]).toMatchObject({ parents: ['sda1', 'sdb1'], mountpoints: ['/srv/data'] });
  });

  it('may lack what an old version does not tell, or have null for it', () => {
    const bare = parse(device);
    expect(bare).toMatchObject([{ kernelName: 'sdb', path: '/dev/sdb', size: 0, isRemovable: false, mountpoints: [] }]);
    const nulls = {
      path: null,
      size: null,
      rm: null,
      model: null,
      mountpoint: null,
      mountpoints: null,
      children: null,
    };
    expect(parse({ ...device, ...nulls })).toEqual(bare);
  });

  it.each([[true], ['1'], [1], ['true']])('takes %j for yes', (rm) => {
    expect(parse({ ...device, rm })[0]?.isRemovable).toBe(true);
  });

  it.each([[false], ['0'], [0], ['false'], [null]])('takes %j for no', (rm) => {
    expect(parse({ ...device, rm })[0]?.isRemovable).toBe(false);
  });

  it('reads the escapes of old versions, which are no JSON', () => {
    const text = '{"blockdevices": [{"name": "sdb", "maj:min": "8:16", "type": "disk", "label": "a\\x1b\\\\x41"}]}';
    expect(parseLsblk(text)[0]?.label).toBe('a\u001b\\x41');
  });

  it('is a machine without disks when the list is empty', () => {
    expect(parse()).toEqual([]);
  });
});

describe('what is no such JSON', () => {
  it.each([
    ['', 'it printed nothing'],
    [' \n', 'it printed nothing'],
    ['NAME SIZE\nsda 1', /^it is no JSON \(.+\)$/],
    ['[]', /^: /],
    ['{}', /^blockdevices: /],
    ['{"blockdevices": null}', /^blockdevices: /],
    ['{"blockdevices": [{"name": "sda"}]}', /^blockdevices\.0\.maj:min: /],
    [
      '{"blockdevices": [{"name": "sda", "maj:min": "8:0", "type": "disk", "size": "7.5G"}]}',
      /^blockdevices\.0\.size: /,
    ],
    ['{"blockdevices": [{"name": "sda", "maj:min": "8:0", "type": "disk", "rm": "yes"}]}', /^blockdevices\.0\.rm: /],
    [
      '{"blockdevices": [{"name": "a", "maj:min": "8:0", "type": "disk", "children": [{}]}]}',
      /^blockdevices\.0\.children\.0/,
    ],
  ])('%j fails', (text, reason) => {
    const failure = failureOf(text);
    const start = 'what lsblk printed cannot be understood: ';
    expect(failure.code).toBe('prerequisite');
    expect(failure.message.slice(0, start.length)).toBe(start);
    expect(failure.message.slice(start.length)).toMatch(reason);
  });

  it('is a Failure wherever the text ends too early', () => {
    const text = lsblkText('usb-stick').trim();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length - 1 }), (length) => {
        expect(failureOf(text.slice(0, length)).code).toBe('prerequisite');
      }),
    );
  });
});
