// How long otb takes to start, against an empty script: `node test/bench/startup.js [runs]`. Nothing is asserted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, otb, run } from './measure.js';

const runs = Number(process.argv[2] ?? 15);
const directory = mkdtempSync(join(tmpdir(), 'otb-bench-'));
const script = join(directory, 'empty.mjs');
writeFileSync(script, '');
const cases = [
  ['an empty script', [script]],
  ['otb --version', [otb, '--version']],
  ['otb --help', [otb, '--help']],
  ['otb help exit-codes', [otb, 'help', 'exit-codes']],
  ['otb build --list', [otb, 'build', '--list']],
];

// In turn, so that a busy moment of the machine meets all of them alike; the fastest tells what the program itself takes.
const times = new Map(cases.map(([name]) => [name, []]));
try {
  for (let turn = 0; turn < runs; turn++) {
    for (const [name, args] of cases) times.get(name).push(run(process.execPath, args).time);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const fastest = (name) => Math.min(...times.get(name));
const [[empty]] = cases;
for (const [name, values] of times) {
  const [best, middle] = [fastest(name), median(values)];
  const ratio = (best / fastest(empty)).toFixed(2);
  console.log(
    `${name.padEnd(22)} ${best.toFixed(0).padStart(6)} ms (median ${middle.toFixed(0)})  ${ratio} x an empty script`,
  );
}
