// Prints `N passed, N failed, N skipped` from vitest's JSON report, and why each skipped test was skipped.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const count = (...states) => tests.filter(({ status }) => states.includes(status)).length;
const skipped = tests.filter(({ status }) => ['skipped', 'pending', 'todo'].includes(status));
// A file that could not even be loaded has no tests of its own, and is a failure all the same.
const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);

for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
for (const { name } of broken) console.log(`failed to load: ${name}`);
console.log(`${count('passed')} passed, ${count('failed') + broken.length} failed, ${skipped.length} skipped`);
