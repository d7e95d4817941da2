import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `otb --help` is answered with a text that the program wrote once, here: see `src/cli/main.ts`. */
const helpText = {
  name: 'help-text',
  writeBundle() {
    writeFileSync(fromHere('dist/cli/help.txt'), execFileSync(process.execPath, [fromHere('bin/otb.js'), 'help']));
  },
};

// otb is started often, and from many small files Node starts slowly. What a command does not need stays in files of
// its own, which are read when something asks for them.
export default defineConfig({
  input: 'src/cli/main.ts',
  platform: 'node',
  plugins: [helpText],
  checks: { pluginTimings: false },
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true },
});
