import { setTimeout as sleep } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ttyFace } from '../../../src/report/tty.js';
import { wholeStory } from '../../support/events.js';
import { plainText } from '../../../src/core/terminal-text.js';

/** A terminal that remembers every byte drawn on it. */
class FakeTerminal extends Writable {
  readonly isTTY = true;
  readonly columns = 100;
  readonly rows = 30;
  drawn = '';

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.drawn += chunk.toString();
    done();
  }

  /** What is on the screen at the end: the last drawing, without its escapes. */
  get screen(): string {
    return plainText(this.drawn.slice(this.drawn.lastIndexOf('\u001b[G')));
  }
}

function openFace(color = true, now = () => performance.now()) {
  const terminal = new FakeTerminal();
  return { terminal, face: ttyFace({ stream: terminal as unknown as NodeJS.WriteStream, color, now }) };
}

describe('the terminal face', () => {
  it('tells the whole story, leaves the warnings below it and the cursor shown', async () => {
    const { terminal, face } = openFace();
    for (const event of wholeStory) {
      face.emit(event);
      await sleep(20);
    }
    await face.close();
    expect(terminal.drawn).toContain('Building embedded\n');
    expect(terminal.screen).toContain('Copy the tree: nothing to do, nothing changed [0.0 s]');
    expect(terminal.screen).toContain('Download sources: 214 packages [1:01]');
    expect(terminal.screen).toContain('Download sources: 214 packages');
    expect(terminal.screen).toContain('Compile');
    expect(terminal.screen).toMatch(/warning: otb\.yaml:5:12: a feed is behind.*\n(?:.*\n)*.*Update it\.\n$/);
    expect(terminal.drawn).not.toContain('title\u0007');
    expect(terminal.drawn.lastIndexOf('\u001b[?25h')).toBeGreaterThan(terminal.drawn.lastIndexOf('\u001b[?25l'));
  });

  it('takes whatever is said after a stage has ended', async () => {
    const { terminal, face } = openFace();
    face.emit({
      type: 'stages-planned',
      stages: [
        { stage: 'source', title: 'Copy' },
        { stage: 'compile', title: 'Compile' },
      ],
    });
    face.emit({ type: 'stage-started', stage: 'source', title: 'Copy' });
    face.emit({ type: 'stage-finished', stage: 'source', result: 'done', elapsedMs: 1 });
    await sleep(300);
    face.emit({ type: 'warning', message: 'late' });
    face.emit({ type: 'stage-output', stage: 'source', line: 'later' });
    face.emit({ type: 'stage-failed', stage: 'compile', message: 'broken', elapsedMs: 1, lines: [] });
    await sleep(300);
    face.emit({ type: 'warning', message: 'last' });
    face.emit({ type: 'stage-output', stage: 'compile', line: 'end' });
    await face.close();
    expect(plainText(terminal.drawn)).toMatch(/warning: late\nwarning: last\n$/);
  });

  it('moves: a bar, how long it will take, and the last line', async () => {
    let time = 0;
    const { terminal, face } = openFace(true, () => time);
    face.emit({ type: 'stages-planned', stages: [{ stage: 'download', title: 'Download' }] });
    face.emit({ type: 'stage-started', stage: 'download', title: 'Download' });
    face.emit({ type: 'stage-progress', stage: 'download', done: 0, total: 200, unit: 'packages' });
    time = 10_000;
    face.emit({ type: 'stage-progress', stage: 'download', done: 50, total: 200, unit: 'packages' });
    face.emit({ type: 'stage-output', stage: 'download', line: 'fetching nano' });
    await sleep(300);
    const drawn = plainText(terminal.drawn);
    expect(drawn).toContain('[#####---------------] 50/200 packages, 30 s left');
    expect(drawn).toContain('fetching nano');
    await face.close();
  });

  it('draws a second list of stages after the first', async () => {
    const { terminal, face } = openFace();
    for (const stage of ['update', 'build']) {
      face.emit({ type: 'stages-planned', stages: [{ stage, title: `Now ${stage}` }] });
      face.emit({ type: 'stage-started', stage, title: `Now ${stage}` });
      face.emit({ type: 'stage-finished', stage, result: 'done', elapsedMs: 1, note: `${stage} is over` });
    }
    await face.close();
    const drawn = plainText(terminal.drawn);
    expect(drawn).toContain('Now update: update is over');
    expect(drawn).toContain('Now build: build is over');
    expect(terminal.screen).not.toContain('Now update');
  });

  it('shows what is said while a stage runs at once, and keeps it', async () => {
    const { terminal, face } = openFace();
    face.emit({ type: 'stages-planned', stages: [{ stage: 'a', title: 'A' }] });
    face.emit({ type: 'stage-started', stage: 'a', title: 'A' });
    await sleep(100);
    face.emit({ type: 'warning', message: 'Stopping…' });
    await sleep(300);
    expect(terminal.drawn).toContain('Stopping…');
    await face.close();
    expect(terminal.drawn.endsWith('warning: Stopping…\n')).toBe(true);
  });

  it('draws no colour when none is wanted', async () => {
    const { terminal, face } = openFace(false);
    for (const event of wholeStory) face.emit(event);
    await sleep(300);
    await face.close();
    // eslint-disable-next-line no-control-regex -- escape sequences are what this looks for
    expect(terminal.drawn.match(/\u001b\[[0-9;]*m/g) ?? []).toEqual([]);
  });

  it('ends when it is closed with stages that never ran', async () => {
    const { face } = openFace();
    face.emit({
      type: 'stages-planned',
      stages: [
        { stage: 'a', title: 'A' },
        { stage: 'b', title: 'B' },
      ],
    });
    await face.close();
    await face.close();
  });
});
