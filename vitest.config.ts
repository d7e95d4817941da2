import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What comes late, the last of all at the end: devices wait for their image, and these take minutes each. */
const late = [
  /integration\/embedded\/(?:base|dhcp|firewall|hotplug|network|reload|service|sysupgrade|uci)/,
  /e2e\/flash/,
  /e2e\/build-lock/,
  /integration\/build\/compile/,
  /integration\/embedded\/make/,
  /integration\/embedded\/image\.test/,
  /e2e\/build-faults/,
  /e2e\/build\.test/,
  /integration\/embedded\/boot/,
  /integration\/flash\/seed/,
];

/** The quick ones first: where time is short, most has been seen by then. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => late.findIndex((pattern) => pattern.test(moduleId));
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

// Three kinds of tests: unit (pure and fast), integration (real programs, often root), e2e (runs bin/otb.js).
export default defineConfig({
  test: {
    sequence: { sequencer: QuickFirst },
    projects: [
      // The files share one process: starting one a file costs more than the tests themselves. The time limit is for
      // machines that are many times slower than a laptop; nothing waits for it otherwise.
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          isolate: false,
          maxWorkers: 1,
          testTimeout: 300_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 3_600_000,
          // Namespaces, loop devices and two cores are shared: a few files at once, no more.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 3_600_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
