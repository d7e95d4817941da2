import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '../../../src/core/sha256.js';

/** A package as the mirror offers it. */
interface MirrorPackage {
  name: string;
  version: string;
  depends?: string;
}

/** A small Debian mirror on 127.0.0.1, signed by a key of its own: the three suites the tree asks for. */
export class DebianMirror {
  readonly path = mkdtempSync(join(tmpdir(), 'otb-debian-mirror-'));
  /** The public key, as debian-archive-keyring.gpg would hold it. */
  readonly keyringPath = join(this.path, 'keyring.gpg');
  #server: Server | undefined;
  #port = 0;
  /** Every request's path, in order. */
  readonly requests: string[] = [];

  constructor() {
    mkdirSync(join(this.path, 'gnupg'), { mode: 0o700 });
    const identity = 'Test mirror <mirror@example.net>';
    this.#gpg(['--passphrase', '', '--quick-generate-key', identity, 'ed25519', 'sign', 'never']);
    this.#gpg(['--output', this.keyringPath, '--export']);
  }

  /** The environment that makes debian-fetch use this mirror. */
  get environment(): Record<string, string> {
    const base = `http://127.0.0.1:${String(this.#port)}`;
    return {
      DEBIAN_MIRROR: `${base}/debian`,
      DEBIAN_SECURITY_MIRROR: `${base}/debian-security`,
      DEBIAN_KEYRING: this.keyringPath,
      http_proxy: '',
      no_proxy: '127.0.0.1',
    };
  }

  /** Offers these packages from now on; files of earlier versions are gone unless `keep` is set. */
  offer(packages: readonly MirrorPackage[], { keep = false } = {}): void {
    if (!keep) rmSync(join(this.path, 'debian'), { recursive: true, force: true });
    const stanzas = packages.map((one) => this.#build(one));
    this.#suite('debian', 'trixie', stanzas.join('\n'));
    this.#suite('debian', 'trixie-updates', '');
    this.#suite('debian-security', 'trixie-security', '');
  }

  /** Puts other bytes where a package's file is. */
  tamper(name: string, version: string): void {
    writeFileSync(this.#file(name, version), 'not what it was');
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const name = decodeURIComponent(request.url ?? '/');
      this.requests.push(name);
      const file = join(this.path, name);
      if (name.includes('..') || !existsSync(file) || !statSync(file).isFile()) response.writeHead(404).end();
      else createReadStream(file).pipe(response.writeHead(200, { 'content-length': statSync(file).size }));
    });
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async remove(): Promise<void> {
    await this.stop();
    execFileSync('gpgconf', ['--homedir', join(this.path, 'gnupg'), '--kill', 'all'], { stdio: 'ignore' });
    rmSync(this.path, { recursive: true, force: true });
  }

  #file(name: string, version: string): string {
    return join(this.path, 'debian/pool', `${name}_${version.replace(/^\d+:/, '')}_amd64.deb`);
  }

  #build({ name, version, depends }: MirrorPackage): string {
    const source = join(this.path, 'source', name);
    rmSync(source, { recursive: true, force: true });
    mkdirSync(join(source, 'DEBIAN'), { recursive: true });
    mkdirSync(join(source, 'usr/share'), { recursive: true });
    writeFileSync(join(source, 'usr/share', name), `${name} ${version}\n`);
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      'Architecture: amd64',
      'Maintainer: Test <test@example.net>',
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      `Description: ${name}`,
    ].join('\n');
    writeFileSync(join(source, 'DEBIAN/control'), `${control}\n`);
    const file = this.#file(name, version);
    mkdirSync(join(file, '..'), { recursive: true });
    execFileSync('dpkg-deb', ['--root-owner-group', '--build', source, file], { stdio: 'ignore' });
    const bytes = readFileSync(file);
    const place = file.slice(join(this.path, 'debian/').length);
    return `${control}\nFilename: ${place}\nSize: ${String(bytes.length)}\nSHA256: ${sha256Of(bytes)}\n`;
  }

  #suite(archive: string, suite: string, packages: string): void {
    const directory = join(this.path, archive, 'dists', suite);
    mkdirSync(join(directory, 'main/binary-amd64'), { recursive: true });
    writeFileSync(join(directory, 'main/binary-amd64/Packages'), packages);
    const index = `${sha256Of(packages)} ${String(Buffer.byteLength(packages))} main/binary-amd64/Packages`;
    const date = new Date().toUTCString().replace('GMT', 'UTC');
    const release = `Origin: Test\nSuite: ${suite}\nCodename: ${suite}\nDate: ${date}\nArchitectures: amd64\nComponents: main\nSHA256:\n ${index}\n`;
    writeFileSync(join(directory, 'Release'), release);
    this.#gpg(['--output', join(directory, 'InRelease'), '--clearsign', join(directory, 'Release')]);
  }

  #gpg(args: readonly string[]): void {
    const home = join(this.path, 'gnupg');
    execFileSync('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', ...args], { stdio: 'pipe' });
  }
}
