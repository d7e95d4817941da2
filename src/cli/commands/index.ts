import type { CommandModule } from '../command.js';
import { build } from './build.js';
import { demo } from './demo.js';
import { doctor } from './doctor.js';
import { flash } from './flash.js';
import { init } from './init.js';
import { keys } from './keys.js';
import { schema } from './schema.js';
import { validate } from './validate.js';

/** Every command, in the order of `otb --help`. */
export const commands: readonly CommandModule[] = [init, validate, schema, build, keys, flash, demo, doctor];
