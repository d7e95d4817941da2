import { Failure } from '../../core/failure.js';
import { parseConfig } from '../../config/parse-config.js';
import type { Problem } from '../../config/problem.js';
import { starterText, type Starter } from '../../config/starter.js';

const flags: readonly (readonly [path: RegExp, flag: string])[] = [
  [/^build\.recipe/, '--recipe'],
  [/^devices\[0\]\.wans\[(\d+)\]/, '--wan'],
  [/^devices\[0\]\.wans/, '--wan'],
  [/^devices\[0\]\.name/, '--device-name'],
  [/^devices\[0\]\.ssh/, '--ssh'],
  [/^devices\[0\]\.lan/, '--lan'],
  [/^devices\[0\]\.scenario/, '--scenario'],
  [/^devices\[0\]\.engine/, '--engine'],
  [/^gateway\.name/, '--gateway-name'],
  [/^gateway/, '--gateway'],
];

/** A problem of the text in terms of the flag that caused it. */
function flagText({ path, message, hint }: Problem): string {
  const [pattern, flag] = flags.find(([one]) => one.test(path)) ?? [/^/, 'otb init'];
  const number = pattern.exec(path)?.[1];
  const which = number === undefined ? flag : `${flag} number ${Number(number) + 1}`;
  const rest = path.replace(pattern, '').replace(/^\./, '');
  const inside = flag === '--wan' && rest !== '' ? `${which}, ${rest}` : which;
  return `${inside}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
}

/**
 * The text to write, which is valid.
 *
 * @throws {@link Failure} that tells what is wrong with the flags or answers
 */
export function checkedStarterText(starter: Starter): string {
  const text = starterText(starter);
  const { problems } = parseConfig(text, 'otb.yaml');
  if (!problems) return text;
  const [first = '', ...rest] = problems.map(flagText);
  throw new Failure(rest.length === 0 ? first : `${problems.length} answers cannot be used`, {
    code: 'usage',
    ...(rest.length > 0 && { lines: [first, ...rest] }),
    hint: 'See `otb init --help`. Nothing was written.',
  });
}

/** What is wrong with one answer, for a prompt that asks again; undefined when nothing is. */
export function complaintAbout(starter: Starter, path: RegExp): string | undefined {
  const problem = parseConfig(starterText(starter), 'otb.yaml').problems?.find((one) => path.test(one.path));
  return problem && `${problem.message}${problem.hint === undefined ? '' : `; ${problem.hint}`}`;
}
