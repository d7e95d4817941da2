import * as z from 'zod';
import { text } from '../grammar/grammar.js';
import { host } from '../grammar/network.js';
import { duration, durationOr, whole } from '../grammar/units.js';

const quality = z.strictObject({
  loss: whole(1, 100).default(40).describe('From so much loss on, in %, a WAN counts as down.'),
  latency: durationOr('1s', '10ms', '1m').describe('From so much latency on, a WAN counts as down.'),
  recoveredLoss: whole(0, 99).default(10).describe('Up to so much loss, in %, it counts as up again.'),
  recoveredLatency: durationOr('500ms', '1ms', '1m').describe('Up to so much latency it counts as up again.'),
});

/** `failover`: how a dead line is noticed. */
export const failoverSchema = z.strictObject({
  within: durationOr('3s', '500ms', '10m').describe(
    'A dead line is noticed and left within this time. otb chooses the figures below to fit.',
  ),
  hosts: z
    .array(text(host))
    .min(1)
    .max(8)
    .default(['1.1.1.1', '8.8.8.8', '9.9.9.9'])
    .describe('Who is asked over each WAN whether it works.'),
  reliability: whole(1, 8).default(1).describe('How many of the hosts must answer.'),
  method: z.enum(['ping', 'arping', 'httping', 'nslookup']).default('ping').describe('How they are asked.'),
  interval: duration('100ms', '1h')
    .optional()
    .describe('The time between two probes. Without it: chosen to fit `within`.'),
  timeout: duration('100ms', '10s')
    .optional()
    .describe('How long an answer may take. Without it: chosen to fit `within`.'),
  down: whole(1, 10).optional().describe('So many failed probes in a row: down. Without it: chosen to fit `within`.'),
  up: whole(1, 10).default(3).describe('So many answered probes in a row: up again.'),
  quality: quality.optional().describe('Take a WAN that loses or delays too much for down.'),
});
