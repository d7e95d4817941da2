import type { Device } from '../config/config.js';
import { quoteWord } from '../core/shell.js';

/** A file of a router, by its path from the root without a leading slash. */
export interface SeedFile {
  path: string;
  text: string;
  /** Its rights: 0o600. */
  mode: number;
}

/** `255.255.255.0` for 24. */
function netmaskOf(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

/** A script of `/etc/uci-defaults`: it runs at the first start, and again until it succeeds. */
function defaultsScript({ name, lan }: Device): string {
  const [address = '', prefix = '24'] = lan.address.split('/');
  const settings = [
    ['system.@system[0].hostname', name],
    ['network.lan.ipaddr', address],
    ['network.lan.netmask', netmaskOf(Number(prefix))],
  ] as const;
  const lines = settings.map(([option, value]) => `uci -q set ${quoteWord(`${option}=${value}`)} || exit 1`);
  return `${['#!/bin/sh', '# Written by `otb flash --seed`.', ...lines, 'uci commit system || exit 1', 'uci commit network'].join('\n')}\n`;
}

/**
 * What a disk gets so that the router it makes is this one, and lets its owner in: host name, address, keys.
 *
 * @param keys lines of public keys that may log in
 */
export function seedFiles(device: Device, keys: readonly string[]): SeedFile[] {
  const script = { path: 'etc/uci-defaults/50-otb-seed', text: defaultsScript(device), mode: 0o755 };
  if (keys.length === 0) return [script];
  return [script, { path: 'etc/dropbear/authorized_keys', text: `${keys.join('\n')}\n`, mode: 0o600 }];
}
