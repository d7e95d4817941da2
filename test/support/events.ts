import type { Event } from '../../src/report/events.js';

/** One event of every kind, in an order that happens; the log holds what foreign programs should not be able to do. */
export const wholeStory: readonly Event[] = [
  { type: 'note', message: 'Building embedded' },
  {
    type: 'stages-planned',
    stages: [
      { stage: 'source', title: 'Copy the tree' },
      { stage: 'download', title: 'Download sources' },
      { stage: 'compile', title: 'Compile' },
    ],
  },
  { type: 'stage-started', stage: 'source', title: 'Copy the tree' },
  { type: 'stage-finished', stage: 'source', result: 'already-done', elapsedMs: 40, note: 'nothing changed' },
  { type: 'stage-started', stage: 'download', title: 'Download sources' },
  { type: 'command-planned', command: "make download 'V=s'" },
  { type: 'stage-progress', stage: 'download', done: 1024 ** 2, total: 4 * 1024 ** 2, unit: 'B' },
  { type: 'stage-output', stage: 'download', line: '::error::forged' },
  { type: 'stage-output', stage: 'download', line: '::stop-commands::forged' },
  { type: 'stage-output', stage: 'download', line: '10%\r20%\u001b[31m red\u001b[0m\u001b]0;title\u0007 100%, done\r' },
  { type: 'stage-finished', stage: 'download', result: 'done', elapsedMs: 61_000, note: '214 packages' },
  {
    type: 'warning',
    message: 'a feed is behind: 50%, a:b\nsecond line',
    hint: 'Update it.',
    place: { file: 'otb.yaml', line: 5, column: 12 },
  },
  { type: 'stage-started', stage: 'compile', title: 'Compile' },
  { type: 'stage-progress', stage: 'compile', done: 3, unit: 'packages' },
  { type: 'stage-failed', stage: 'compile', message: 'package/a|b failed', elapsedMs: 3_725_000, lines: ['x'] },
];
