import type { CommandModule } from '../command.js';
import { build } from './build.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';

/** Every command, in the order of `otb --help`. */
export const commands: readonly CommandModule[] = [build, demo, doctor];
