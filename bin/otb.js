#!/usr/bin/env node
// Runs on any Node: it says which one is needed before anything newer is parsed.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `otb: needs Node 20.19 or newer, this is ${process.versions.node}; install one from nodejs.org\n`,
  );
  process.exit(3);
}
const { main } = await import('../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
