// Figures, as ratios, nothing is asserted: `npm run bench -- [startup|diagnose|build|flash] [arguments]`; without a name, startup.
import { access } from 'node:fs/promises';

const [name = 'startup', ...rest] = process.argv.slice(2);
const known = ['startup', 'diagnose', 'build', 'flash'];
// `npm run bench -- 5` has always meant five runs of the start.
const [chosen, args] = known.includes(name) ? [name, rest] : ['startup', [name, ...rest]];
await access(new URL('../../dist/cli/main.js', import.meta.url)).catch(() => {
  console.error('There is no dist: run `npm run build` first.');
  process.exit(2);
});
process.argv.splice(2, Infinity, ...args.filter((one) => one !== 'startup'));
await import(`./${chosen}.js`);
