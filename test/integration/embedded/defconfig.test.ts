import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tree } from '../../fixtures/embedded-tree/tree.js';

let tree: Tree;
beforeEach(() => {
  tree = new Tree();
});
afterEach(() => {
  tree.remove();
});

/** A package by what its DEPENDS, DEFAULT … say; it installs nothing. */
function declare(name: string, fields = '', config = ''): void {
  tree.write(
    `package/made/${name}/Makefile`,
    `include $(TOPDIR)/rules.mk

PKG_NAME:=${name}
PKG_VERSION:=1
PKG_RELEASE:=1

include $(INCLUDE_DIR)/package.mk

define Package/${name}
  SECTION:=utils
  CATEGORY:=Utilities
  TITLE:=${name} for a test
  ${fields}
endef
${config === '' ? '' : `\ndefine Package/${name}/config\n${config}\nendef\n`}
$(eval $(call BuildPackage,${name}))
`,
  );
}

/** The lines of `.config` about packages, after defconfig made something of `text`. */
async function packagesOf(text: string): Promise<string[]> {
  tree.write('.config', text);
  await tree.succeed('make', 'defconfig');
  return tree
    .read('.config')
    .split('\n')
    .filter((line) => line.includes('CONFIG_PACKAGE_') && !/base-files|libgreet|greeter|libc-for-tests/.test(line));
}

describe('make defconfig', () => {
  it('has the symbols of the target and its defaults, in the form OpenWrt writes', async () => {
    tree.write('.config', '');
    const made = await tree.make('defconfig');
    expect(made.exitCode).toBe(0);
    expect(made.output).toContain('#\n# configuration written to .config\n#\n');
    const config = tree.read('.config');
    expect(config).toMatch(/^#\n# Automatically generated file; DO NOT EDIT\.\n/);
    for (const line of [
      'CONFIG_TARGET_x86=y',
      'CONFIG_TARGET_x86_64=y',
      'CONFIG_TARGET_x86_64_DEVICE_generic=y',
      'CONFIG_TARGET_ROOTFS_EXT4FS=y',
      'CONFIG_TARGET_IMAGES_GZIP=y',
      'CONFIG_GRUB_IMAGES=y',
      '# CONFIG_VDI_IMAGES is not set',
      'CONFIG_VERSION_DIST="otb-embedded"',
      'CONFIG_PACKAGE_base-files=y',
      '# CONFIG_PACKAGE_greeter is not set',
    ]) {
      expect(config.split('\n')).toContain(line);
    }
    expect(config).toMatch(/^CONFIG_TARGET_ROOTFS_PARTSIZE=\d+$/m);
  });

  it('changes nothing the second time', async () => {
    tree.write('.config', 'CONFIG_PACKAGE_greeter=m\nCONFIG_TARGET_ROOTFS_PARTSIZE=77\n');
    await tree.succeed('make', 'defconfig');
    const once = tree.read('.config');
    expect((await tree.make('defconfig')).output).toContain('# No change to .config');
    expect(tree.read('.config')).toBe(once);
    expect(once).toContain('CONFIG_TARGET_ROOTFS_PARTSIZE=77\n');
  });

  it('drops unknown symbols and impossible values, silently, with exit 0', async () => {
    tree.write('.config', 'CONFIG_PACKAGE_nosuch=y\nCONFIG_NO_SUCH=y\nCONFIG_TARGET_ROOTFS_PARTSIZE=abc\n');
    const made = await tree.make('defconfig');
    expect(made.exitCode).toBe(0);
    expect(made.output).not.toContain('nosuch');
    expect(tree.read('.config')).not.toMatch(/nosuch|NO_SUCH|abc/);
  });

  it('selects what is depended on with +, at the same level', async () => {
    declare('top', 'DEPENDS:=+middle');
    declare('middle', 'DEPENDS:=+bottom');
    declare('bottom');
    expect(await packagesOf('CONFIG_PACKAGE_top=y\n')).toEqual([
      'CONFIG_PACKAGE_bottom=y',
      'CONFIG_PACKAGE_middle=y',
      'CONFIG_PACKAGE_top=y',
    ]);
    expect(await packagesOf('CONFIG_PACKAGE_top=m\n')).toEqual([
      'CONFIG_PACKAGE_bottom=m',
      'CONFIG_PACKAGE_middle=m',
      'CONFIG_PACKAGE_top=m',
    ]);
    // What a dependency needs cannot be deselected under it.
    expect(await packagesOf('CONFIG_PACKAGE_top=y\n# CONFIG_PACKAGE_bottom is not set\n')).toContain(
      'CONFIG_PACKAGE_bottom=y',
    );
  });

  it('drops a package whose plain dependency is not there, or lowers it to m', async () => {
    declare('needs', 'DEPENDS:=other');
    declare('other');
    expect(await packagesOf('CONFIG_PACKAGE_needs=y\n')).toEqual(['# CONFIG_PACKAGE_other is not set']);
    expect(await packagesOf('CONFIG_PACKAGE_needs=y\nCONFIG_PACKAGE_other=m\n')).toEqual([
      'CONFIG_PACKAGE_needs=m',
      'CONFIG_PACKAGE_other=m',
    ]);
    declare('lost', 'DEPENDS:=nowhere');
    expect(await packagesOf('CONFIG_PACKAGE_lost=y\n')).not.toContain('CONFIG_PACKAGE_lost=y');
  });

  it('drops a package whose selected dependency cannot be', async () => {
    declare('wants', 'DEPENDS:=+impossible');
    declare('impossible', 'DEPENDS:=@NO_SUCH_SYMBOL');
    expect(await packagesOf('CONFIG_PACKAGE_wants=y\n')).toEqual([]);
  });

  it('understands @SYMBOL, @!SYMBOL, @(A||B), COND:name and +@SYMBOL', async () => {
    declare('with-ipv6', 'DEPENDS:=@IPV6');
    declare('without-ipv6', 'DEPENDS:=@!IPV6');
    declare('either', 'DEPENDS:=@(IPV6||BUILDBOT)');
    declare('maybe', 'DEPENDS:=+IPV6:extra-six +!IPV6:extra-four +PACKAGE_with-ipv6:extra-seven');
    declare('turns-on', 'DEPENDS:=+@SIGNED_PACKAGES');
    for (const name of ['extra-six', 'extra-four', 'extra-seven']) declare(name);
    const all = ['with-ipv6', 'without-ipv6', 'either', 'maybe', 'turns-on'];
    const asked = all.map((name) => `CONFIG_PACKAGE_${name}=y\n`).join('');

    expect(await packagesOf(asked)).toEqual([
      'CONFIG_PACKAGE_either=y',
      '# CONFIG_PACKAGE_extra-four is not set',
      'CONFIG_PACKAGE_extra-seven=y',
      'CONFIG_PACKAGE_extra-six=y',
      'CONFIG_PACKAGE_maybe=y',
      'CONFIG_PACKAGE_turns-on=y',
      'CONFIG_PACKAGE_with-ipv6=y',
    ]);
    expect(tree.read('.config')).toContain('CONFIG_SIGNED_PACKAGES=y\n');
    expect(await packagesOf(`${asked}# CONFIG_IPV6 is not set\n`)).toEqual([
      'CONFIG_PACKAGE_extra-four=y',
      '# CONFIG_PACKAGE_extra-seven is not set',
      '# CONFIG_PACKAGE_extra-six is not set',
      'CONFIG_PACKAGE_maybe=y',
      'CONFIG_PACKAGE_turns-on=y',
      'CONFIG_PACKAGE_without-ipv6=y',
    ]);
  });

  it('chooses a provider, and leaves the choice to who has made one', async () => {
    declare('asks', 'DEPENDS:=+service');
    declare('first-service', 'PROVIDES:=service');
    declare('second-service', 'PROVIDES:=service');
    expect(await packagesOf('CONFIG_PACKAGE_asks=y\n')).toEqual([
      'CONFIG_PACKAGE_asks=y',
      'CONFIG_PACKAGE_first-service=y',
      '# CONFIG_PACKAGE_second-service is not set',
    ]);
    expect(await packagesOf('CONFIG_PACKAGE_asks=y\nCONFIG_PACKAGE_second-service=y\n')).toEqual([
      'CONFIG_PACKAGE_asks=y',
      '# CONFIG_PACKAGE_first-service is not set',
      'CONFIG_PACKAGE_second-service=y',
    ]);
  });

  it('does not have both of two that conflict in the image', async () => {
    declare('one', 'CONFLICTS:=two');
    declare('two');
    expect(await packagesOf('CONFIG_PACKAGE_one=y\nCONFIG_PACKAGE_two=y\n')).toEqual([
      'CONFIG_PACKAGE_one=m',
      'CONFIG_PACKAGE_two=y',
    ]);
  });

  it('knows DEFAULT, HIDDEN and the options a package declares', async () => {
    declare('by-default', 'DEFAULT:=y');
    declare('conditional', 'DEFAULT:=y if IPV6');
    declare('hidden', 'HIDDEN:=1');
    declare(
      'options',
      '',
      [
        '\tif PACKAGE_options',
        '\tconfig OPTIONS_LEVEL',
        '\t\tint "How much"',
        '\t\tdefault 3',
        '\tconfig OPTIONS_NAME',
        '\t\tstring "Its name"',
        '\t\tdefault "with \\"quotes\\""',
        '\tconfig OPTIONS_MORE',
        '\t\tbool "More"',
        '\t\tdefault y if OPTIONS_LEVEL > 2',
        '\t\thelp',
        '\t\t  config is only a word in here.',
        '\tendif',
      ].join('\n'),
    );
    expect(await packagesOf('CONFIG_PACKAGE_hidden=y\nCONFIG_PACKAGE_options=y\n')).toEqual([
      'CONFIG_PACKAGE_by-default=y',
      'CONFIG_PACKAGE_conditional=y',
      'CONFIG_PACKAGE_options=y',
    ]);
    const config = tree.read('.config');
    expect(config).toContain(
      'CONFIG_OPTIONS_LEVEL=3\nCONFIG_OPTIONS_NAME="with \\"quotes\\""\nCONFIG_OPTIONS_MORE=y\n',
    );
    await packagesOf('CONFIG_PACKAGE_options=y\nCONFIG_OPTIONS_LEVEL=1\n');
    expect(tree.read('.config')).toContain('# CONFIG_OPTIONS_MORE is not set\n');
    await packagesOf('CONFIG_OPTIONS_LEVEL=1\n');
    expect(tree.read('.config')).not.toContain('OPTIONS_LEVEL');
  });

  it('warns of a circle of dependencies, and goes on', async () => {
    declare('left', 'DEPENDS:=+right');
    declare('right', 'DEPENDS:=left');
    tree.write('.config', 'CONFIG_PACKAGE_left=y\n');
    const made = await tree.make('defconfig');
    expect(made.exitCode).toBe(0);
    expect(made.output).toMatch(/^tmp\/\.config-package\.in:\d+:error: recursive dependency detected!$/m);
    expect(made.output).toMatch(
      /^tmp\/\.config-package\.in:\d+:\tsymbol PACKAGE_(?:left|right) (?:is selected by|depends on) PACKAGE_(?:left|right)$/m,
    );
  });

  it('ends where packages lead to each other by what they provide', async () => {
    declare('asks', 'DEPENDS:=+service +first');
    declare('first', 'DEPENDS:=+service\n  PROVIDES:=service');
    declare('second', 'DEPENDS:=+service +asks\n  PROVIDES:=service');
    declare('third', 'DEPENDS:=+IPV6:service\n  PROVIDES:=service');
    expect(await packagesOf('CONFIG_PACKAGE_asks=y\n')).toEqual([
      'CONFIG_PACKAGE_asks=y',
      'CONFIG_PACKAGE_first=y',
      '# CONFIG_PACKAGE_second is not set',
      '# CONFIG_PACKAGE_third is not set',
    ]);
  });

  it("takes the target's own list of packages as a default that can be refused", async () => {
    declare('wanted');
    tree.write('target/linux/default-packages', '# a remark\nwanted\n');
    expect(await packagesOf('')).toEqual(['CONFIG_PACKAGE_wanted=y']);
    expect(await packagesOf('# CONFIG_PACKAGE_wanted is not set\n')).toEqual(['# CONFIG_PACKAGE_wanted is not set']);
  });
});

describe('diffconfig', () => {
  it('says what differs from the defaults, and makes the same configuration again', async () => {
    tree.write('.config', 'CONFIG_PACKAGE_greeter=y\nCONFIG_VDI_IMAGES=y\nCONFIG_TARGET_ROOTFS_PARTSIZE=99\n');
    await tree.succeed('make', 'defconfig');
    const whole = tree.read('.config');
    const difference = (await tree.run('./scripts/diffconfig.sh', [])).stdout;
    expect(difference.split('\n')).toEqual([
      'CONFIG_TARGET_x86=y',
      'CONFIG_TARGET_x86_64=y',
      'CONFIG_TARGET_x86_64_DEVICE_generic=y',
      'CONFIG_VDI_IMAGES=y',
      'CONFIG_TARGET_ROOTFS_PARTSIZE=99',
      'CONFIG_PACKAGE_libc-for-tests=y',
      'CONFIG_PACKAGE_libgreet=y',
      'CONFIG_PACKAGE_greeter=y',
      '',
    ]);
    tree.write('.config', difference);
    await tree.succeed('make', 'defconfig');
    expect(tree.read('.config')).toBe(whole);
  });

  it('is what a build warns about when .config was edited by hand', async () => {
    await tree.select(undefined, 'libgreet');
    const built = await tree.make('package/libgreet/download');
    expect(built.output).not.toContain('out of sync');
    tree.write('.config', 'CONFIG_PACKAGE_greeter=y\n');
    expect((await tree.make('package/libgreet/download')).output).toContain(
      'WARNING: your configuration is out of sync. Please run make menuconfig, oldconfig or defconfig!',
    );
  });
});
