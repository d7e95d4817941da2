// How fast a disk is written, against what people type: `npm run bench -- flash [embedded|empty|dense|again|stick ...]`;
// without a name, `embedded` and `empty`. With OTB_BENCH_ETCHER=1 balenaEtcher's engine is fetched from npm, too. As root: every target is a loop device that is full of junk before each run.
// Ours writes and reads back; of the others only bmaptool checks anything (its own map, not the disk).
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  rmdirSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median, otb, run, tellingPeak } from './measure.js';

const mebibyte = 1024 * 1024;
const runs = Number(process.env.OTB_BENCH_RUNS ?? 5);
const repository = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'otb-bench-'));
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
const loops = [];
const groups = [];

function sh(command, ...args) {
  return run('sh', ['-ec', command, 'sh', ...args]);
}

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** A loop device over a file of so many bytes. */
function loopDevice(name, bytes) {
  const file = join(directory, name);
  writeFileSync(file, '');
  truncateSync(file, bytes);
  const path = sh('losetup --show --find "$1"', file).stdout.trim();
  loops.push(path);
  return { file, path };
}

/** Every byte of it is written, so that no run profits from holes. */
function fillWithJunk({ file }) {
  sh(
    'openssl enc -aes-128-ctr -pass pass:junk -nosalt -md sha256 < /dev/zero 2> /dev/null | head -c "$(stat -c %s "$1")" | dd of="$1" bs=4M iflag=fullblock conv=notrunc,fsync status=none',
    file,
  );
}

function noise(bytes, words) {
  return createHash('shake256', { outputLength: bytes }).update(words).digest();
}

/** An image of so many MiB, of which a share holds data that hardly packs; with its hash beside, as releases have it. */
function makeImage(name, mebibytes, isData) {
  const path = join(directory, `${name}.img`);
  const file = openSync(path, 'w');
  for (let block = 0; block < mebibytes; block++) {
    const bytes = isData(block) ? noise(mebibyte, `${name} ${block}`) : Buffer.alloc(mebibyte);
    // Half of it packs, as programs do.
    if (isData(block)) for (let at = 0; at < mebibyte; at += 4096) bytes.fill(0x41, at, at + 2048);
    if (block === 0) {
      bytes.fill(0, 446, 510);
      Buffer.from([0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 16, 0]).copy(bytes, 446);
      bytes.writeUInt16LE(0xaa55, 510);
    }
    writeSync(file, bytes);
  }
  closeSync(file);
  sh('gzip -9n -c "$1" > "$1.gz"', path);
  vouch(`${path}.gz`);
  return `${path}.gz`;
}

function vouch(path) {
  const sum = createHash('sha256').update(readFileSync(path)).digest('hex');
  writeFileSync(join(directory, 'sha256sums'), `${sum} *${basename(path)}\n`, { flag: 'a' });
}

/** Wall and processor time of a command, in milliseconds. */
function timed(command, ...args) {
  const begun = performance.now();
  const { stdout } = sh(`${command}; times`, ...args);
  const wall = performance.now() - begun;
  const parts = stdout
    .trim()
    .split('\n')
    .at(-1)
    .match(/[\d.]+/g)
    .map(Number);
  return { wall, cpu: (parts[0] * 60 + parts[1] + (parts[2] * 60 + parts[3])) * 1000 };
}

/** How a program is started so that it reads and writes a disk at no more than so many bytes a second (blkio, io.max). */
function throttled(path, write, read) {
  const number = sh('cat "/sys/class/block/$1/dev"', basename(path)).stdout.trim();
  const isOld = existsSync('/sys/fs/cgroup/blkio');
  const group = `/sys/fs/cgroup/${isOld ? 'blkio/' : ''}otb-bench-${process.pid}`;
  if (!isOld) writeFileSync('/sys/fs/cgroup/cgroup.subtree_control', '+io');
  mkdirSync(group);
  groups.push(group);
  if (isOld) {
    writeFileSync(join(group, 'blkio.throttle.write_bps_device'), `${number} ${write}`);
    writeFileSync(join(group, 'blkio.throttle.read_bps_device'), `${number} ${read}`);
  } else writeFileSync(join(group, 'io.max'), `${number} rbps=${read} wbps=${write}`);
  return { words: ['sh', '-c', 'echo $$ > "$0/cgroup.procs"; exec "$@"', group] };
}

function ours(image, { path }, before = []) {
  const args = [...tellingPeak, otb, 'flash', image, path, `--confirm=${path}`, '--json'];
  const [program, ...words] = [...before, process.execPath, ...args];
  const { time, stdout, mebibytes } = run(program, words);
  const [disk] = JSON.parse(stdout).disks;
  return { wall: time, rss: mebibytes, disk };
}

/** balenaEtcher's engine with its read-back, as a program that takes an image and a disk. */
const etcherProgram = `
const { sourceDestination: { BlockDevice, File }, multiWrite } = require('etcher-sdk');
const [, , path, device, size] = process.argv;
(async () => {
  const drive = { device, raw: device, devicePath: device, size: Number(size), blockSize: 512, mountpoints: [], isReadOnly: false };
  const destination = new BlockDevice({ drive, unmountOnSuccess: false, write: true, direct: true });
  const { failures, bytesWritten } = await multiWrite.decompressThenFlash({
    source: new File({ path }), destinations: [destination], verify: true, trim: false, numBuffers: 16,
    decompressFirst: false, onFail: (_, error) => { throw error; }, onProgress: () => undefined,
  });
  if (failures.size > 0) throw [...failures.values()][0];
  process.exit(bytesWritten > 0 ? 0 : 1);
})().catch((error) => { console.error(error); process.exit(1); });
`;

/** Where that program stands; undefined when nobody asked for it. */
function etcher() {
  if (process.env.OTB_BENCH_ETCHER !== '1') return undefined;
  const at = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'otb', 'bench', 'etcher');
  mkdirSync(at, { recursive: true });
  writeFileSync(
    join(at, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { 'etcher-sdk': '10.2.15' },
      // Its own is a commit on GitHub.
      overrides: { 'unbzip2-stream': '1.4.3' },
    }),
  );
  if (!existsSync(join(at, 'node_modules/etcher-sdk'))) sh('cd "$1" && npm install --no-audit --no-fund >&2', at);
  writeFileSync(join(at, 'flash.cjs'), etcherProgram);
  return join(at, 'flash.cjs');
}

const engine = etcher();

/** What people type. `$1` is the image, `$2` the disk. */
const peers = [
  ['gunzip | dd bs=512; sync (README)', 'gunzip -c "$1" | dd of="$2" bs=512 status=none; sync "$2"', true],
  ['gunzip | dd bs=4M conv=fsync', 'gunzip -c "$1" | dd of="$2" bs=4M conv=fsync status=none', true],
  ['pigz -dc | dd bs=4M conv=fsync', 'pigz -dc "$1" | dd of="$2" bs=4M conv=fsync status=none', has('pigz')],
  ['bmaptool copy --nobmap', 'bmaptool -q copy --nobmap "$1" "$2"', has('bmaptool')],
  ['bmaptool copy --bmap', 'bmaptool -q copy --bmap "${1%.gz}.bmap" "$1" "$2"', has('bmaptool')],
  [
    'balenaEtcher, with its read-back',
    `"${process.execPath}" "${engine}" "$1" "$2" "$(blockdev --getsize64 "$2")"`,
    engine !== undefined,
  ],
  ['gzip -dc, nothing written', 'gzip -dc "$1" > /dev/null', true],
];

function compare(title, image, bytes) {
  const target = loopDevice(`${title}.disk`, bytes + 16 * mebibyte);
  if (has('bmaptool')) {
    const raw = image.replace(/\.gz$/, '');
    if (!existsSync(raw)) sh('gunzip -c "$1" > "$2"', image, raw);
    sh(
      'fallocate --dig-holes "$1"; bmaptool -q create -o "${1%.img}.img.bmap" "$1"; mkdir -p "$2"; mv "${1%.img}.img.bmap" "$2"',
      raw,
      join(directory, 'maps'),
    );
  }
  const mine = [];
  const others = new Map(peers.filter(([, , isThere]) => isThere).map(([name]) => [name, []]));
  for (let turn = 0; turn < runs; turn++) {
    fillWithJunk(target);
    mine.push(ours(image, target));
    for (const [name, command] of peers) {
      if (!others.has(name)) continue;
      fillWithJunk(target);
      const map = command.replace('"${1%.gz}.bmap"', `"${join(directory, 'maps', `${basename(image, '.gz')}.bmap`)}"`);
      others.get(name).push(timed(map, image, target.path));
    }
  }
  const own = median(mine.map(({ wall }) => wall));
  const peak = Math.max(...mine.map(({ rss }) => rss));
  console.log(`${title}: otb flash, written and read back: ${seconds(own)}, at most ${peak.toFixed(0)} MiB of memory`);
  for (const [name, times] of others) {
    const wall = median(times.map((one) => one.wall));
    console.log(
      `  ${name.padEnd(36)} ${seconds(wall).padStart(9)} (processor ${seconds(median(times.map(({ cpu }) => cpu)))}): otb ${(own / wall).toFixed(2)} x`,
    );
  }
}

const cases = {
  embedded() {
    const built = [join(repository, 'build/embedded/images'), join(repository, 'build/test/embedded/images')];
    const from = built.find((one) => existsSync(join(one, 'otb-build.json')));
    if (from === undefined) throw new Error('build it once first: `otb build embedded`');
    const { artifacts } = JSON.parse(readFileSync(join(from, 'otb-build.json'), 'utf8'));
    const { name } = artifacts.find((one) => one.name.endsWith('-combined-ext4.img.gz'));
    const image = join(directory, name);
    sh('cp "$1" "$2"', join(from, name), image);
    vouch(image);
    const length = Number(sh('gzip -dc "$1" | wc -c', image).stdout);
    compare('embedded', image, length);
  },
  empty: () =>
    compare(
      'empty',
      makeImage('empty', 512, (block) => block % 8 === 0),
      512 * mebibyte,
    ),
  dense: () =>
    compare(
      'dense',
      makeImage('dense', 1024, () => true),
      1024 * mebibyte,
    ),
  /** A stick of 40 MB/s to write and 100 MB/s to read: what it takes at least is written, then read. */
  stick() {
    const bytes = 512 * mebibyte;
    const image = makeImage('stick', 512, () => true);
    const target = loopDevice('stick.disk', bytes + 16 * mebibyte);
    const throttle = throttled(target.path, 40e6, 100e6);
    const times = [];
    for (let turn = 0; turn < runs; turn++) {
      fillWithJunk(target);
      const { wall, disk } = ours(image, target, throttle.words);
      times.push({ wall, least: 1000 * (disk.writtenBytes / 40e6 + bytes / 100e6) });
    }
    const wall = median(times.map((one) => one.wall));
    const ratio = median(times.map((one) => one.wall / one.least));
    console.log(`stick: ${seconds(wall)}, ${ratio.toFixed(3)} x what writing and reading take`);
  },
  again() {
    const [older, newer] = [0, 1].map((version) =>
      makeImage(`version${version}`, 256, (block) => block % 2 === 0 || (version === 1 && block % 32 === 1)),
    );
    const target = loopDevice('again.disk', 272 * mebibyte);
    const [full, other, same] = [[], [], []];
    for (let turn = 0; turn < runs; turn++) {
      fillWithJunk(target);
      full.push(ours(older, target));
      other.push(ours(newer, target));
      same.push(ours(newer, target));
    }
    const [one, two, three] = [full, other, same].map((all) => median(all.map(({ wall }) => wall)));
    console.log(
      `again: full ${seconds(one)}; over an older version ${seconds(two)} = ${(two / one).toFixed(2)} x, ${other[0].disk.writtenBytes} bytes written; the same again ${seconds(three)} = ${(three / one).toFixed(2)} x, ${same[0].disk.writtenBytes} bytes`,
    );
  },
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(cases, name));
if (unknown.length > 0 || process.getuid() !== 0) {
  console.error(unknown.length > 0 ? `Which one? ${Object.keys(cases).join(', ')}.` : 'Loop devices take root.');
  process.exit(2);
}
try {
  for (const name of named.length > 0 ? named : ['embedded', 'empty']) cases[name]();
} finally {
  for (const path of loops) spawnSync('losetup', ['--detach', path]);
  for (const group of groups) rmdirSync(group);
  rmSync(directory, { recursive: true, force: true });
}
