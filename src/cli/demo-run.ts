import { setTimeout as sleep } from 'node:timers/promises';
import type { Artifact } from '../build/artifacts.js';
import type { Layout } from '../build/layout.js';
import { noPins } from '../build/pins.js';
import { findRecipe } from '../build/recipes/index.js';
import { Failure } from '../core/failure.js';
import { quoteCommand, quoteWord } from '../core/shell.js';
import { formatBytes, formatDuration } from '../core/units.js';
import { freePort } from '../effects/ports.js';
import { overSsh } from '../effects/ssh.js';
import { localFiles } from '../effects/tree-files.js';
import { ensureAreas } from '../inspect/ensure-areas.js';
import { lookAt, lookText, type Look } from '../lab/look.js';
import { qemuInvocation, type Machine } from '../lab/qemu.js';
import { bootMachine, type MachineHelp, type RunningMachine } from '../lab/virtual-machine.js';
import type { Step } from '../steps/step.js';
import { openLayout, prepareBuild, type BuildOptions, type PreparedBuild } from './build-open.js';
import { withWorkDirectory } from './build-run.js';
import type { ChosenRecipe } from './chosen-recipe.js';
import type { CommandContext, CommandResult } from './command.js';
import { flashDemoDisk } from './demo-disk.js';
import { openDoctorTools } from './doctor-tools.js';
import { runCommandSteps } from './run-command-steps.js';

/** What the machine of the demo has: as much as the smallest supported one. */
const memoryMiB = 512;

/** An emulated processor boots in about 20 s; a busy machine may take longer. */
const bootLimitMs = 1_800_000;

/** What the demo finds out, step by step. */
interface Findings {
  running?: RunningMachine;
  look?: Look;
}

function imageOf(artifacts: readonly Artifact[]): Artifact {
  const image = artifacts.find(({ name }) => name.endsWith('-combined-ext4.img.gz'));
  if (!image) throw new Failure('the build made no combined-ext4.img.gz', { code: 'build' });
  return image;
}

async function openMachine(
  directory: string,
  context: CommandContext,
): Promise<{ machine: Machine; help: MachineHelp }> {
  const sshPort = await freePort();
  const knownHosts = `${directory}/known_hosts`;
  await localFiles.writeText(knownHosts, '');
  const target = { host: '127.0.0.1', port: sshPort, user: 'root', knownHosts, isTrusting: true, connectSeconds: 30 };
  return {
    machine: { disk: `${directory}/disk.img`, console: `${directory}/console.log`, memoryMiB, sshPort },
    help: {
      run: context.runner,
      inside: overSsh(target, context.runner),
      files: localFiles,
      sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
      now: () => performance.now(),
    },
  };
}

function demoSteps(
  context: CommandContext,
  { bench, collected }: PreparedBuild,
  machine: Machine,
  help: MachineHelp,
  found: Findings,
): Step[] {
  return [
    {
      name: 'disk',
      title: 'Flash the image onto a disk',
      async run(voice) {
        const image = imageOf(collected.artifacts);
        await localFiles.remove(machine.console);
        return flashDemoDisk(context, `${bench.layout.images}/${image.name}`, machine.disk, voice);
      },
    },
    {
      name: 'boot',
      title: 'Boot it in QEMU and log in over SSH',
      async run({ signal }) {
        found.running = await bootMachine(machine, help, signal, bootLimitMs);
        return `power on to login in ${formatDuration(found.running.bootMs)}`;
      },
    },
    {
      name: 'look',
      title: 'Look at the router',
      async run({ signal }) {
        found.look = await lookAt(help.inside, signal);
        if (!found.look.mptcp || !found.look.lan.up) {
          throw new Failure('the router is not as it should be', {
            code: 'verification',
            lines: lookText(found.look).split('\n'),
          });
        }
        return undefined;
      },
    },
  ];
}

/** `otb demo`: prerequisites, build, disk, boot, look. The machine is ended however it goes. */
export async function runDemo(context: CommandContext, options: BuildOptions): Promise<CommandResult> {
  const isRoot = process.getuid?.() === 0;
  const { dryRun } = context.options;
  await ensureAreas(['build', 'lab'], isRoot && !dryRun, openDoctorTools(context));
  const chosen = { recipe: findRecipe('embedded'), places: {}, pins: noPins };
  const layout = openLayout(chosen, options);
  if (dryRun) return previewDemo(context, chosen, layout, options);
  return withWorkDirectory(context, layout, (inside) => performDemo(inside, chosen, layout, options));
}

/** What the demo runs behind its build, as one would type it. */
function plannedCommands({ root, images }: Layout): string[] {
  const [disk, console] = [`${root}/demo/disk.img`, `${root}/demo/console.log`];
  const qemu = qemuInvocation({ disk, console, memoryMiB, sshPort: 2222 });
  return [
    `otb flash ${quoteWord(images)}/*-combined-ext4.img.gz --to-file ${quoteWord(disk)}`,
    quoteCommand([qemu.file, ...qemu.args]),
    'ssh -p 2222 root@127.0.0.1',
  ];
}

/** `otb demo --dry-run`. */
async function previewDemo(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  options: BuildOptions,
): Promise<CommandResult> {
  const build = await prepareBuild(context, chosen, layout, options);
  const steps = build.steps.filter(({ name }) => name !== 'check');
  await runCommandSteps(context, steps);
  const commands = plannedCommands(layout);
  for (const command of commands) context.emit({ type: 'command-planned', command });
  return { text: '', json: { recipe: chosen.recipe.name, commands } };
}

async function performDemo(
  context: CommandContext,
  chosen: ChosenRecipe,
  layout: Layout,
  options: BuildOptions,
): Promise<CommandResult> {
  const build = await prepareBuild(context, chosen, layout, options);
  const directory = `${layout.root}/demo`;
  const { machine, help } = await openMachine(directory, context);
  const found: Findings = {};
  try {
    // The machine has just been looked at, for the build and for the boot.
    const buildSteps = build.steps.filter(({ name }) => name !== 'check');
    const steps = [...buildSteps, ...demoSteps(context, build, machine, help, found)];
    await runCommandSteps(context, steps);
  } finally {
    await found.running?.stop();
  }
  if (!found.look || !found.running) throw new Error('the demo ended without a look');
  const image = imageOf(build.collected.artifacts);
  return {
    text: `${lookText(found.look)}\nimage      ${build.bench.layout.images}/${image.name} (${formatBytes(image.size)})`,
    json: { image, bootMs: Math.round(found.running.bootMs), look: found.look },
  };
}
