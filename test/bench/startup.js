// How long otb takes to start, against an empty Node: `node test/bench/startup.js [runs]`. Nothing is asserted.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

const otb = fileURLToPath(new URL('../../bin/otb.js', import.meta.url));
const runs = Number(process.argv[2] ?? 15);
const cases = [
  ['node -e 0', ['-e', '0']],
  ['otb --version', [otb, '--version']],
  ['otb --help', [otb, '--help']],
  ['otb help exit-codes', [otb, 'help', 'exit-codes']],
  ['otb build --list', [otb, 'build', '--list']],
];

function measure(args) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - begun;
}

// In turn, so that a busy moment of the machine meets all of them alike.
const times = new Map(cases.map(([name]) => [name, []]));
for (let run = 0; run < runs; run++) for (const [name, args] of cases) times.get(name).push(measure(args));

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const empty = median(times.get('node -e 0'));
for (const [name, values] of times) {
  const time = median(values);
  console.log(`${name.padEnd(22)} ${time.toFixed(0).padStart(6)} ms  ${(time / empty).toFixed(2)} x node -e 0`);
}
