import { describe, expect, it } from 'vitest';
import type { Event } from '../../../src/report/events.js';
import type { Face } from '../../../src/report/face.js';
import { githubFace } from '../../../src/report/github.js';
import { jsonFace } from '../../../src/report/json.js';
import { plainFace } from '../../../src/report/plain.js';
import { wholeStory } from '../../support/events.js';
import { RecordingSink } from '../../support/sink.js';

async function tell(face: Face, story: readonly Event[] = wholeStory): Promise<void> {
  for (const event of story) face.emit(event);
  await face.close();
}

const options = { quiet: false, verbose: false, now: () => 0 };

describe('the plain face', () => {
  it('says a line per event, without what foreign programs print', async () => {
    const sink = new RecordingSink();
    await tell(plainFace(sink, options));
    expect(sink.text).toMatchInlineSnapshot(`
      "Building embedded
      ==> Copy the tree
          nothing to do in 0.0 s (nothing changed)
      ==> Download sources
          make download 'V=s'
          done in 1:01 (214 packages)
      warning: otb.yaml:5:12: a feed is behind: 50%, a:b
      second line; Update it.
      ==> Compile
          failed after 1:02:05
      "
    `);
  });

  it('shows foreign output with --verbose, harmless', async () => {
    const sink = new RecordingSink();
    await tell(plainFace(sink, { ...options, verbose: true }));
    expect(sink.lines).toContain('::error::forged');
    expect(sink.lines).toContain('20% red 100%, done');
    for (const control of ['\u001b', '\r']) expect(sink.text).not.toContain(control);
  });

  it('says warnings only with --quiet', async () => {
    const sink = new RecordingSink();
    await tell(plainFace(sink, { ...options, quiet: true, verbose: true }));
    expect(sink.text).toBe('warning: otb.yaml:5:12: a feed is behind: 50%, a:b\nsecond line; Update it.\n');
  });

  it('says how far a stage is, at most every ten seconds', () => {
    const sink = new RecordingSink();
    let time = 0;
    const face = plainFace(sink, { ...options, now: () => time });
    face.emit({ type: 'stage-started', stage: 'download', title: 'Download' });
    for (let done = 0; done <= 60; done++) {
      time += 500;
      face.emit({ type: 'stage-progress', stage: 'download', done, total: 60, unit: 'packages' });
    }
    expect(sink.lines).toEqual(['==> Download', '    19/60 packages', '    39/60 packages', '    59/60 packages']);
  });
});

describe('the JSON face', () => {
  it('writes one document per event, as events.ts has them', async () => {
    const sink = new RecordingSink();
    await tell(jsonFace(sink));
    expect(sink.lines).toHaveLength(wholeStory.length);
    const cleaned = wholeStory.map((event) =>
      event.type === 'stage-output' && event.line.startsWith('10%') ? { ...event, line: '20% red 100%, done' } : event,
    );
    expect(sink.lines.map((line) => JSON.parse(line) as unknown)).toEqual(cleaned);
  });
});

describe('the GitHub face', () => {
  const fence = 'a-word-nobody-knows';

  it('groups stages, annotates, and fences foreign output', async () => {
    const sink = new RecordingSink();
    await tell(githubFace(sink, { fence }));
    expect(sink.text).toMatchInlineSnapshot(`
      "::stop-commands::a-word-nobody-knows
      Building embedded
      ::a-word-nobody-knows::
      ::group::Copy the tree
      nothing to do in 0.0 s (nothing changed)
      ::endgroup::
      ::group::Download sources
      ::stop-commands::a-word-nobody-knows
      make download 'V=s'
      ::error::forged
      ::stop-commands::forged
      20% red 100%, done
      ::a-word-nobody-knows::
      done in 1:01 (214 packages)
      ::endgroup::
      ::warning file=otb.yaml,line=5,col=12::a feed is behind: 50%25, a:b%0Asecond line; Update it.
      ::group::Compile
      ::endgroup::
      "
    `);
  });

  it('lets no foreign line stand where the runner takes orders', async () => {
    const sink = new RecordingSink();
    const attacks = ['::error::x', '\r::add-mask::x', '::a-word::', '##[error]x', 'x\n::set-output name=a::b'];
    const face = githubFace(sink, { fence });
    face.emit({ type: 'stage-started', stage: 'a', title: 'x\n::error::title' });
    for (const line of attacks) face.emit({ type: 'stage-output', stage: 'a', line });
    face.emit({ type: 'note', message: '::error::note' });
    face.emit({ type: 'stage-finished', stage: 'a', result: 'done', elapsedMs: 1, note: 'x\n::error::note' });
    await face.close();
    let fenced = false;
    const heard = sink.lines.filter((line) => {
      if (line === `::stop-commands::${fence}`) fenced = true;
      if (line === `::${fence}::`) fenced = false;
      return !fenced && line.startsWith('::') && !line.startsWith(`::${fence}`);
    });
    expect(heard).toEqual(['::group::x%0A::error::title', '::endgroup::']);
    expect(fenced).toBe(false);
  });

  it('writes a table into the step summary, once', async () => {
    const summaries: string[] = [];
    const face = githubFace(new RecordingSink(), {
      fence,
      appendSummary: (markdown) => {
        summaries.push(markdown);
        return Promise.resolve();
      },
    });
    await tell(face);
    await face.close();
    expect(summaries).toEqual([
      '| stage | result | time |\n|---|---|---|\n' +
        '| Copy the tree | nothing changed | 0.0 s |\n' +
        '| Download sources | 214 packages | 1:01 |\n' +
        '| Compile | failed: package/a\\|b failed | 1:02:05 |\n\n',
    ]);
  });
});
