import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, program } from '../../support/needs.js';
import { type Answer, type Files, UciSandbox } from './uci-sandbox.js';

/** A script that sources functions.sh, and what it printed. */
interface ScriptCase {
  name: string;
  files?: Files;
  script: string;
  stdout: string;
  exit?: number;
}

// Recorded from the functions.sh of OpenWrt 19.07: see the README beside it.
const tablePath = new URL('../../fixtures/uci/functions.json', import.meta.url);
const { standard, cases } = JSON.parse(readFileSync(tablePath, 'utf8')) as { standard: Files; cases: ScriptCase[] };

describeWith([program('busybox'), program('flock')], 'functions.sh', () => {
  let sandbox: UciSandbox;

  /** Sources functions.sh as every script does, then runs the text; `uci` is the sandbox's. */
  function runScript(script: string, flags = ''): Answer {
    const prologue = `set -- ; ${flags}\nuci() { {root}/sbin/uci "$@"; }\n. {root}/lib/functions.sh\n`;
    return sandbox.run('ash', ['-c', prologue + script]);
  }

  beforeAll(() => {
    sandbox = new UciSandbox();
  });
  afterAll(() => {
    sandbox.remove();
  });

  it.each(cases)('as the real one: $name', ({ files, script, stdout, exit = 0 }) => {
    sandbox.reset(files ?? standard);
    const answer = runScript(script.replaceAll('cat /', 'cat {root}/'));
    expect({ exit: answer.exit, stdout: answer.stdout }).toEqual({ exit, stdout });
  });

  it('survives set -u', () => {
    sandbox.reset(standard);
    const script = `config_load network
      f() { printf '%s\\n' "$1"; }
      config_foreach f route; config_list_foreach wan dns f; config_list_foreach lan nope f
      config_get v lan nope; config_get_bool b lan nope; append w "$v"; append w x
      list_contains w x && list_contains nothing x || echo "[$v][$b][$w]"
      uci_get network lan nope || uci_get network lan proto; uci_commit`;
    expect(runScript(script, 'set -u;')).toEqual({
      exit: 0,
      stdout: 'cfg02c8b4\n9.9.9.9\nit\'s $x `y` "z"\n[][][x]\nstatic\n',
      stderr: '',
    });
  });

  it('never runs what a configuration file says', () => {
    const type = '$(touch${IFS}{root}/tmp/x/ran)`touch${IFS}{root}/tmp/x/ran`;touch';
    sandbox.reset({
      '/etc/config/evil': `config '${type.replaceAll('{root}', sandbox.root)}' 's'\n\toption o '$(x)'\n`,
    });
    const { stdout, stderr } = runScript('config_load evil; config_get v s o; echo "$v $CONFIG_SECTIONS"');
    expect({ stdout, stderr, ran: '/tmp/x/ran' in sandbox.files() }).toEqual({
      stdout: '$(x) s\n',
      stderr: '',
      ran: false,
    });
  });

  it('refuses names that are none', () => {
    sandbox.reset(standard);
    const script =
      'config_load network; config_get v "a-b;touch x" "c" dflt; echo "$v"; assign "a;b" 1 || echo refused; config_set "a b" c 1; echo end';
    expect(runScript(script)).toEqual({ exit: 0, stdout: 'dflt\nrefused\nend\n', stderr: '' });
  });

  it('get_bool and prepend, which came after 19.07', () => {
    const script =
      'for w in on no maybe; do get_bool "$w" d; echo; done; prepend v b; prepend v a; prepend v 0 ,; echo "$v"';
    expect(runScript(script).stdout).toBe('1\n0\nd\n0,a b\n');
  });

  it('keeps a script of uci-defaults until it succeeds', () => {
    sandbox.reset({
      ...standard,
      '/etc/uci-defaults/10-good': '/bin/true\n'.replace('/bin/', '') + 'echo "in ${PWD##*/}"\n',
      '/etc/uci-defaults/20-bad': 'echo trying; false\n',
    });
    expect(
      runScript(
        'uci_apply_defaults 2>/dev/null; echo etc/uci-defaults/* | cat >/dev/null; cd {root}/etc/uci-defaults; echo *',
      ).stdout,
    ).toBe('in uci-defaults\ntrying\n20-bad\n');
  });
});
