// How long otb takes to start, against an empty Node: `node test/bench/startup.js [runs]`. Nothing is asserted.
import { median, otb, run } from './measure.js';

const runs = Number(process.argv[2] ?? 15);
const cases = [
  ['node -e 0', ['-e', '0']],
  ['otb --version', [otb, '--version']],
  ['otb --help', [otb, '--help']],
  ['otb help exit-codes', [otb, 'help', 'exit-codes']],
  ['otb build --list', [otb, 'build', '--list']],
];

// In turn, so that a busy moment of the machine meets all of them alike.
const times = new Map(cases.map(([name]) => [name, []]));
for (let turn = 0; turn < runs; turn++) {
  for (const [name, args] of cases) times.get(name).push(run(process.execPath, args).time);
}

const empty = median(times.get('node -e 0'));
for (const [name, values] of times) {
  const time = median(values);
  console.log(`${name.padEnd(22)} ${time.toFixed(0).padStart(6)} ms  ${(time / empty).toFixed(2)} x node -e 0`);
}
