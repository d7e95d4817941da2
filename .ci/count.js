// Prints `N passed, N failed, N skipped` from what the reporter wrote, and beside it why something did not run.
import { readFileSync } from 'node:fs';

const [path, ...notRun] = process.argv.slice(2);
const records = readFileSync(path, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const tests = records.filter(({ name }) => name !== undefined);
const ended = new Map(records.filter(({ ended: file }) => file !== undefined).map((record) => [record.ended, record]));
const inState = (state) => tests.filter((test) => test.state === state);
// A file that could not even be loaded has no tests of its own, and is a failure all the same.
const broken = [...ended.values()].filter(({ errors }) => errors.length > 0);
const unfinished = records.filter(({ planned }) => planned !== undefined && !ended.has(planned));

const skipped = [
  ...inState('skipped').map(({ name }) => name),
  ...unfinished.map(({ planned }) => `${planned}: not finished within the time that CI has`),
  ...notRun,
];
for (const reason of skipped) console.log(`skipped: ${reason}`);
for (const { file, name } of inState('failed')) console.log(`failed: ${file}: ${name}`);
for (const { ended: file, errors } of broken) console.log(`failed: ${file}: ${errors.join('; ')}`);
const failed = inState('failed').length + broken.length;
console.log(`${inState('passed').length} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed === 0 && tests.length > 0 ? 0 : 1;
