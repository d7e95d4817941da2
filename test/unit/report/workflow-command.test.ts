import { expect, it } from 'vitest';
import { fenceText, workflowCommand } from '../../../src/report/workflow-command.js';

it('escapes the message, and more of the properties', () => {
  expect(workflowCommand('error', '50%: a,b\r\nnext', { title: '50%: a,b\r\nnext', file: undefined, line: 3 })).toBe(
    '::error title=50%25%3A a%2Cb%0D%0Anext,line=3::50%25: a,b%0D%0Anext',
  );
});

it('leaves the blank out when there are no properties', () => {
  expect(workflowCommand('group', 'Compile')).toBe('::group::Compile');
});

it('fences text', () => {
  expect(fenceText('::error::x', 'word')).toBe('::stop-commands::word\n::error::x\n::word::');
});
