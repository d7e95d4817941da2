import * as z from 'zod';
import { durationOr, whole } from '../grammar/units.js';
import { buildSchema } from './build.js';
import { deviceSchema } from './device.js';
import { gatewaySchema } from './gateway.js';

const provision = z.strictObject({
  confirm: durationOr('2m', '30s', '1h').describe(
    'A change that is not confirmed within this time is rolled back by the device itself.',
  ),
  parallel: whole(1, 256)
    .default(10)
    .describe('How many devices are worked on at once, after the first one succeeded.'),
});

/** The whole of `otb.yaml`. */
export const configSchema = z.strictObject({
  version: z.literal(1).describe('The version of this file’s form. Always 1.'),
  build: buildSchema.prefault({}).describe('The image: what is built, and of what.'),
  gateway: gatewaySchema.optional().describe('The machine in a data centre where the links come together.'),
  devices: z.array(deviceSchema).default([]).describe('The routers.'),
  provision: provision.prefault({}).describe('How changes are brought to the machines.'),
});

/** The file as somebody wrote it, valid but without its defaults. */
export type ConfigInput = z.input<typeof configSchema>;

/** The file with its defaults, before what is left open is derived. */
export type ParsedConfig = z.output<typeof configSchema>;
