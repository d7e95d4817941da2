// How fast a long build log is read, against `cat` and against Node's own line reading: `npm run bench -- diagnose [MiB]`.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { otb, run, tellingPeak } from './measure.js';

const mebibytes = Number(process.argv[2] ?? 200);
const runs = 3;
const tree = '/srv/tree';

/** What a parallel make with V=s prints for one package: mostly long command lines, some progress, some talk of errors. */
function packageOutput(number) {
  const name = `package/libs/lib${number}`;
  const build = `${tree}/build_dir/target-x86_64_musl/lib${number}-1.${number % 9}`;
  const lines = [`make[3]: Entering directory '${tree}/${name}'`, `make[4]: Entering directory '${build}'`];
  for (let file = 0; file < 40; file++) {
    lines.push(
      `x86_64-openwrt-linux-musl-gcc -Os -pipe -fno-caller-saves -Wformat -Werror=format-security -fstack-protector -D_FORTIFY_SOURCE=1 -Wl,-z,now -I${build}/include -c -o ${build}/src/error_${file}.o ${build}/src/error_${file}.c`,
      `checking for function number ${file}... yes`,
      `  CC      lib/failed_${file}.o`,
    );
    if (file % 20 === 0) lines.push(`src/a${file}.c:8:4: warning: unused variable 'error' [-Wunused-variable]`);
    if (file % 10 === 0)
      lines.push(
        `\r 12  900k   12  110k    0     0   300k      0  0:00:03 --:--:--  0:00:03  300k\r100  900k  100  900k`,
      );
  }
  lines.push(
    `make[4]: Leaving directory '${build}'`,
    `make[3]: Leaving directory '${tree}/${name}'`,
    `time: ${name}/compile#1.16#0.45#4.50`,
  );
  return `${lines.join('\n')}\n`;
}

const failure = `make[3]: Entering directory '${tree}/package/net/last'
last.c:1:24: error: 'it' undeclared (first use in this function)
make[3]: *** [Makefile:22: ${tree}/build_dir/target-x86_64_musl/last-1/.built] Error 1
make[3]: Leaving directory '${tree}/package/net/last'
time: package/net/last/compile#0.15#0.08#0.36
    ERROR: package/net/last failed to build.
make: *** [${tree}/include/toplevel.mk:233: world] Error 2
`;

function writeLog(path) {
  const file = openSync(path, 'w');
  let size = writeSync(file, `$ make -j8 V=s\nmake[1]: Entering directory '${tree}'\n`);
  for (let number = 0; size < mebibytes * 1024 * 1024; number++) size += writeSync(file, packageOutput(number));
  size += writeSync(file, failure);
  closeSync(file);
  return size;
}

// Node's own way, for comparison: one string a line, and nothing done with it.
const lineReader = `
  import { createReadStream } from 'node:fs';
  import { createInterface } from 'node:readline';
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(process.argv[1]), crlfDelay: Infinity })) count += line.length;
`;

const directory = mkdtempSync(join(tmpdir(), 'otb-bench-'));
try {
  const log = join(directory, 'build.log');
  const size = writeLog(log);
  const cases = [
    ['cat', 'cat', [log], 0],
    ['node readline', process.execPath, [...tellingPeak, '--input-type=module', '-e', lineReader, log], 0],
    ['otb --help (start only)', process.execPath, [...tellingPeak, otb, '--help'], 0],
    ['otb build diagnose', process.execPath, [...tellingPeak, otb, 'build', 'diagnose', log], 4],
  ];
  // In turn, so that a busy moment of the machine meets all of them alike.
  const results = new Map(cases.map(([name]) => [name, []]));
  for (let turn = 0; turn < runs; turn++) {
    for (const [name, file, args, wanted] of cases) {
      results.get(name).push(run(file, args, { wanted, stdio: ['ignore', 'ignore', 'pipe'] }));
    }
  }
  const best = (name) => results.get(name).reduce((one, other) => (other.time < one.time ? other : one));
  const cat = best('cat').time;
  const start = best('otb --help (start only)').time;
  for (const [name] of cases) {
    const { time, mebibytes: peak } = best(name);
    const speed = name.startsWith('otb --help') ? '' : `${(size / 1000 / time).toFixed(0)} MB/s`;
    const memory = peak === 0 ? '' : `${peak.toFixed(0)} MiB peak`;
    console.log(
      `${name.padEnd(24)} ${time.toFixed(0).padStart(7)} ms ${speed.padStart(10)} ${(time / cat).toFixed(1).padStart(6)} x cat  ${memory}`,
    );
  }
  const reading = best('otb build diagnose').time - start;
  console.log(
    `without its start, otb reads ${(size / 1000 / reading).toFixed(0)} MB/s, ${(best('node readline').time / reading).toFixed(1)} times as fast as node readline`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
