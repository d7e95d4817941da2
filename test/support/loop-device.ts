import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real block device over a file of its own, for as long as a test takes. */
export class LoopDevice {
  /** `/dev/loop3`. */
  readonly path: string;
  /** The file behind it. */
  readonly file: string;
  readonly #directory: string;
  #isThere = true;

  /**
   * @param bytes how large it is
   * @param options more of losetup's, `--sector-size 4096` for instance
   */
  constructor(bytes: number, options: readonly string[] = []) {
    this.#directory = mkdtempSync(join(tmpdir(), 'otb-loop-'));
    this.file = join(this.#directory, 'disk');
    writeFileSync(this.file, '');
    truncateSync(this.file, bytes);
    this.path = execFileSync('losetup', ['--show', '--find', ...options, this.file], { encoding: 'utf8' }).trim();
  }

  /** Fills it with what nobody would take for zeros. */
  fillWithJunk(): void {
    execFileSync('sh', [
      '-c',
      'openssl enc -aes-128-ctr -pass pass:junk -nosalt -md sha256 < /dev/zero 2> /dev/null | dd of="$1" bs=1M iflag=fullblock conv=notrunc count="$(( $(stat -c %s "$1") / 1048576 ))" status=none',
      'sh',
      this.file,
    ]);
  }

  /** Cuts it to so many bytes while it is in use; with 0 it is as a stick that is pulled: nothing can be read or written. */
  resize(bytes: number): void {
    truncateSync(this.file, bytes);
    execFileSync('losetup', ['--set-capacity', this.path]);
  }

  /** Takes the device and its file away. */
  remove(): void {
    if (!this.#isThere) return;
    this.#isThere = false;
    execFileSync('losetup', ['--detach', this.path]);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
