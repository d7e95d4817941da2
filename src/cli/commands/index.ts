import type { CommandModule } from '../command.js';

/** Every command, in the order of `otb --help`. */
export const commands: readonly CommandModule[] = [];
