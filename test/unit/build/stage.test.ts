import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../../src/build/journal.js';
import { resumable, type Stage } from '../../../src/build/stage.js';
import type { TreeFiles } from '../../../src/effects/tree-files.js';
import { runSteps } from '../../../src/steps/run-steps.js';

const now = () => new Date(0);
let store: Map<string, string>;
let ran: string[];
let inputs: Record<string, string | undefined>;
let whole: Record<string, boolean>;
let killedIn: string | undefined;

const files = {
  readText: (path: string) => Promise.resolve(store.get(path)),
  writeText: (path: string, text: string) => Promise.resolve(void store.set(path, text)),
} as unknown as TreeFiles;

function stage(name: string): Stage {
  return {
    name,
    title: name,
    inputs: () => Promise.resolve(inputs[name]),
    isWhole: () => Promise.resolve(whole[name] ?? true),
    run() {
      ran.push(name);
      if (killedIn === name) throw new Error('killed');
      return Promise.resolve(undefined);
    },
  };
}

async function build(from?: string): Promise<string[]> {
  ran = [];
  const names = ['source', 'feeds', 'compile'];
  const help = { journal: new Journal(files, '/j', names), now, ...(from !== undefined && { from }) };
  const steps = resumable(names.map(stage), help);
  const context = { emit: () => undefined, signal: new AbortController().signal, now: () => 0 };
  await runSteps(steps, context).catch(() => undefined);
  return ran;
}

beforeEach(() => {
  store = new Map();
  inputs = { source: 'commit 1', feeds: 'pins 1', compile: 'config 1' };
  whole = {};
  killedIn = undefined;
});

describe('a build that goes on where it stopped', () => {
  it('does everything once, and then nothing', async () => {
    expect(await build()).toEqual(['source', 'feeds', 'compile']);
    expect(await build()).toEqual([]);
  });

  it('does again what depends on what has changed', async () => {
    await build();
    inputs['feeds'] = 'pins 2';
    expect(await build()).toEqual(['feeds', 'compile']);
    inputs['compile'] = 'config 2';
    expect(await build()).toEqual(['compile']);
    inputs['source'] = 'commit 2';
    expect(await build()).toEqual(['source', 'feeds', 'compile']);
  });

  it('goes on with the stage that was killed', async () => {
    killedIn = 'feeds';
    expect(await build()).toEqual(['source', 'feeds']);
    killedIn = undefined;
    expect(await build()).toEqual(['feeds', 'compile']);
    expect(await build()).toEqual([]);
  });

  it('takes back what is behind a stage that failed the second time', async () => {
    await build();
    inputs['feeds'] = 'pins 2';
    killedIn = 'feeds';
    await build();
    inputs['feeds'] = 'pins 1';
    killedIn = undefined;
    expect(await build()).toEqual(['feeds', 'compile']);
  });

  it('makes again what has gone', async () => {
    await build();
    whole['feeds'] = false;
    expect(await build()).toEqual(['feeds', 'compile']);
  });

  it('runs what cannot tell what it depends on, and all behind it', async () => {
    await build();
    inputs['source'] = undefined;
    expect(await build()).toEqual(['source', 'feeds', 'compile']);
    expect(await build()).toEqual(['source', 'feeds', 'compile']);
  });

  it('runs from a stage on when asked to', async () => {
    await build();
    expect(await build('feeds')).toEqual(['feeds', 'compile']);
    expect(await build()).toEqual([]);
  });

  it('does everything when its journal is damaged', async () => {
    await build();
    for (const text of ['{"source":', '[]', '{"source":1}', 'null']) {
      store.set('/j', text);
      expect(await build()).toEqual(['source', 'feeds', 'compile']);
    }
  });
});
