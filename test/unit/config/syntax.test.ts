import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.js';
import { problemLines } from '../../../src/config/problem.js';
import { base, changed, configOf, problemsOf } from './support.js';

describe('what YAML itself refuses, in plain words', () => {
  it.each([
    ['nothing', '', ['otb.yaml:1:1: the file is empty; run `otb init` to write one']],
    ['only comments', '# later\n', ['otb.yaml:1:1: the file is empty; run `otb init` to write one']],
    [
      'a tab',
      'version: 1\nbuild:\n\trecipe: openwrt\n',
      ['otb.yaml:3:1: a tab in the indentation; YAML allows only spaces there'],
    ],
    [
      'two tabs',
      'version: 1\nbuild:\n\trecipe: openwrt\n\tjobs: 2\n',
      [
        'otb.yaml:3:1: a tab in the indentation; YAML allows only spaces there',
        'otb.yaml:4:1: a tab in the indentation; YAML allows only spaces there',
      ],
    ],
    [
      'an open quote',
      'version: 1\nbuild: { recipe: "openwrt }\n',
      ['otb.yaml:3:1: the closing quote is missing; write it at the end of the text'],
    ],
    [
      'a tag',
      'version: 1\nbuild: !!python/object {}\n',
      ['otb.yaml:2:8: tags (!name) are not used in this file; delete it'],
    ],
    ['a tag of its own', 'version: !one 1\n', ['otb.yaml:1:10: tags (!name) are not used in this file; delete it']],
    [
      'an unknown alias',
      'version: 1\nbuild: *nothing\n',
      [
        'otb.yaml:2:8: build: the alias *nothing has no anchor before it; write &nothing at the value it stands for, further up',
      ],
    ],
    [
      'a second document',
      'version: 1\n---\nversion: 1\n',
      ['otb.yaml:2:1: a second document begins here; keep one document in the file'],
    ],
    ['YAML 1.1', '%YAML 1.1\n---\nversion: 1\n', ['otb.yaml:1:1: the file asks for YAML 1.1; delete the %YAML line']],
    [
      'a NUL byte',
      'version: 1\nbuild: { recipe: "a\u0000b" }\n',
      ['otb.yaml:2:20: a control character (U+0000); this file must be plain text; delete it'],
    ],
    [
      'a lone carriage return',
      'version: 1\rbuild: {}\r',
      ['otb.yaml:1:11: a carriage return without a line feed; this file must be plain text; delete it'],
    ],
    ['a key that is no text', 'version: 1\n? [a, b]\n: 1\n', ['otb.yaml:2:3: a key must be text; put it in quotes']],
    [
      'a duplicate key',
      'version: 1\nbuild:\n  jobs: 2\n  jobs: 3\n',
      ['otb.yaml:4:3: build.jobs: the key "jobs" is already in line 3; keep one of the two'],
    ],
    [
      'an anchor in itself',
      'version: 1\nbuild: &a { source: *a }\n',
      ['otb.yaml:2:21: build.source: the alias *a stands inside its own anchor; delete it'],
    ],
    ['a list', '- version: 1\n', ['otb.yaml:1:1: expected a mapping (key: value), this is a list']],
    ['a word', 'openwrt\n', ['otb.yaml:1:1: expected a mapping (key: value), this is the text "openwrt"']],
  ])('%s', (_what, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('deep nesting', () => {
    for (const text of [
      '['.repeat(50_000),
      '{a: '.repeat(20_000),
      '- '.repeat(50_000),
      '? '.repeat(50_000),
      'a: '.repeat(500),
    ]) {
      const [problem, ...rest] = problemsOf(text);
      expect(problem).toMatch(
        /nested more than 100 levels deep; a bracket or quote may be left open$|second ":" in one line/,
      );
      expect(rest).toEqual([]);
    }
  });

  it('an alias bomb', () => {
    const lines = ['x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'];
    for (const [index, name] of Array.from('bcdefgh').entries()) {
      const before = 'abcdefgh'.charAt(index);
      lines.push(`x-${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`);
    }
    const [problem, ...rest] = problemsOf(`version: 1\n${lines.join('\n')}\n`);
    expect(problem).toMatch(
      /^otb\.yaml:6:\d+: \["?x-e.*: the aliases add more than 100000 values; use fewer of them$|^otb\.yaml:6:\d+: x-e\[\d\]: the aliases add more than 100000 values; use fewer of them$/,
    );
    expect(rest).toEqual([]);
  });
});

describe('what YAML allows', () => {
  it('a byte order mark, which counts for no column', () => {
    expect(configOf(`\ufeff${base}`)).toEqual(configOf(base));
    expect(problemsOf('\ufeffversion: 2\n')).toEqual([
      'otb.yaml:1:10: version: expected 1, this is the number 2; write 1',
    ]);
  });

  it('line ends of Windows', () => {
    const text = base.replaceAll('\n', '\r\n');
    expect(configOf(text)).toEqual(configOf(base));
    expect(problemsOf(text.replace('proto: dhcp', 'proto: dhpc'))).toEqual([
      'otb.yaml:10:45: devices[0].wans[0].proto: expected one of dhcp, static, pppoe, modemmanager, qmi, this is the text "dhpc"; did you mean "dhcp"?',
    ]);
  });

  it('anchors, aliases and merge keys; a key of its own wins over a merged one', () => {
    const text = changed(
      '      - { name: lte, device: eth2, proto: dhcp, role: backup }\n',
      '      - { <<: *w, name: lte, device: eth2 }\n',
    ).replace('version: 1\n', 'version: 1\nx-wan: &w { name: never, proto: dhcp, role: backup }\n');
    expect(configOf(text)).toEqual(configOf(base));
  });

  it('merge keys with a list, and says so when it merges no mapping', () => {
    const text = (merge: string) =>
      `version: 1\nx-a: &a { recipe: embedded, jobs: 3 }\nx-b: &b { recipe: openwrt, output: out }\nbuild: { <<: ${merge} }\n`;
    expect(configOf(text('[*a, *b]')).build).toMatchObject({ recipe: 'embedded', jobs: 3, output: 'out' });
    expect(problemsOf(text('7'))).toEqual(['otb.yaml:4:10: build: << merges only mappings; write <<: *name']);
  });

  it('a hundred devices that share an anchor', () => {
    const device = (index: number) => `  - { <<: *d, name: d${index} }\n`;
    const text = `version: 1\nx-d: &d { ssh: root@10.0.0.1, scenario: failover, engine: mwan3, wans: [{ name: a, device: eth1, proto: dhcp }] }\ndevices:\n${Array.from({ length: 300 }, (_, index) => device(index)).join('')}`;
    expect(configOf(text).devices).toHaveLength(300);
  });

  it('one document with its marks', () => {
    expect(configOf(`---\n${base}...\n`)).toEqual(configOf(base));
  });
});

describe('the excerpt', () => {
  const lines = (text: string) => (parseConfig(text, 'otb.yaml').problems ?? []).flatMap(problemLines);

  it('shows the line and a caret under the place', () => {
    expect(lines('version: 1\nbuild:\n  jobs: none\n')).toEqual([
      'otb.yaml:3:9: build.jobs: this is no number of jobs; write auto or a whole number from 1 to 1024',
      '  3 |   jobs: none',
      '    |         ^',
    ]);
  });

  it('cuts a long line around the place', () => {
    const [, source = '', caret = ''] = lines(
      `version: 1\nbuild: { ${' '.repeat(5000)}jobs: none, output: ${'x'.repeat(900)} }\n`,
    );
    expect(source).toMatch(/^ {2}2 \| … +jobs: none, output: x+$/);
    expect(source.length).toBeLessThan(120);
    expect(source.charAt(caret.indexOf('^'))).toBe('n');
  });

  it('prints nothing that acts on a terminal', () => {
    const text = lines('version: 1\nbuild: { "jo\\ebs": 1, recipe: "\u202e\u009b31m" }\n').join('\n');
    // eslint-disable-next-line no-control-regex -- control characters are what must be absent
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('secrets that stand in the file', () => {
  it('in addresses are neither', () => {
    const problems = [
      ...(parseConfig(changed('root@192.168.100.1', 'root:hunter2@192.168.100.1'), 'otb.yaml').problems ?? []),
      ...(parseConfig('version: 1\nbuild: { source: { url: https://me:hunter2@example.net/a.git } }\n', 'otb.yaml')
        .problems ?? []),
    ];
    expect(problems.map(({ message }) => message)).toEqual([
      'the SSH destination holds a password',
      'the address holds a password',
    ]);
    expect(problems.flatMap(problemLines).join('\n')).not.toContain('hunter2');
  });

  const secrets = [
    'hunter2',
    '"hunter2, }{"',
    "'hun''ter2'",
    'hunter2 # and more',
    'hunter2#more',
    '[hunter2]',
    '12345678',
    '0123456',
  ];
  it.each(secrets)('%s is refused and never printed', (secret) => {
    const inFlow = changed(
      'key: { file: ./secrets/tunnel.key }',
      `key: ${secret.includes('#') ? '"hunter2"' : secret}, prot: 1`,
    );
    const inBlock = changed(
      '  tunnel: { key: { file: ./secrets/tunnel.key } }',
      `  tunnel:\n    key: ${secret}\n    prot: 1`,
    );
    for (const text of [inFlow, inBlock]) {
      const { problems = [] } = parseConfig(text, 'otb.yaml');
      expect(problems.map(({ message }) => message)).toContain('a secret must not stand in this file');
      const printed = problems.flatMap(problemLines).join('\n');
      expect(printed).not.toMatch(/hunter2|hun'|ter2|12345678|0123456/);
    }
  });
});
