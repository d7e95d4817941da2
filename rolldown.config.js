import { defineConfig } from 'rolldown';

// otb is started often, and from many small files Node starts slowly. What a command does not need stays in files of
// its own, which are read when something asks for them.
export default defineConfig({
  input: 'src/cli/main.ts',
  platform: 'node',
  output: { dir: 'dist/cli', format: 'esm', cleanDir: true },
});
