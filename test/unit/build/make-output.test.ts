import { describe, expect, it } from 'vitest';
import { describeFailed, failedPackage, finishedTarget } from '../../../src/build/make-output.js';

describe("make's output", () => {
  it.each([
    ['    ERROR: package/libs/libjson-c failed to build.', 'package/libs/libjson-c'],
    ['    ERROR: package/boot/grub2 [host] failed to build.', 'package/boot/grub2 [host]'],
    ['   ERROR: package/libs/ustream-ssl failed to build (build variant: mbedtls).', 'package/libs/ustream-ssl (variant mbedtls)'],
    ['checking for fnmatch.h...    ERROR: tools/xz failed to build.', 'tools/xz'],
    ['\u001b[31m    ERROR: target/linux failed to build.\u001b[m\r', 'target/linux'],
  ])('names the failed package in %j', (line, named) => {
    expect(describeFailed(failedPackage(line)!)).toBe(named);
  });

  it.each([
    'make[3]: *** [Makefile:31: /dl/tar-1.28.tar.xz] Error 2',
    'gnulib_perror.c: GNULIB_PERROR',
    'ERROR: please fix feeds/overthebox/luci-mod-network/Makefile - see logs/feeds/dump.txt for details',
    'make: *** [world] Error 2 build failed. Please re-run make with -j1 V=s to see the error',
  ])('names none in %j', (line) => {
    expect(failedPackage(line)).toBeUndefined();
  });

  it('tells the target that is done', () => {
    expect(finishedTarget('time: package/feeds/otb/otb/compile#0.16#0.19#0.90')).toBe('package/feeds/otb/otb/compile');
    expect(finishedTarget('time: a word about it')).toBeUndefined();
  });
});
