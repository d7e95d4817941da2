import * as clack from '@clack/prompts';
import { Interrupted } from '../../core/failure.js';
import { recipeNames } from '../../config/grammar/build.js';
import type { Starter } from '../../config/starter.js';
import { complaintAbout } from './check-starter.js';
import { needsGateway, parseWanFlag, starterFromFlags, type InitFlags } from './from-flags.js';

const output = process.stderr;

/** The answer; Ctrl-C and Escape end otb before anything was written. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new Interrupted('SIGINT');
  return answer as Exclude<T, symbol>;
}

type Choices = readonly (readonly [value: string, hint: string])[];

class Questions {
  readonly #signal: AbortSignal;
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async choose(message: string, choices: Choices): Promise<string> {
    const options = choices.map(([value, hint]) => ({ value, label: value, hint }));
    return answered(await clack.select({ message, options, output, signal: this.#signal }));
  }

  /** @param try_ makes a starter of the answer, so that the answer is judged as the file will be */
  async text(message: string, initialValue: string, path: RegExp, try_: (value: string) => Starter): Promise<string> {
    const validate = (value: string | undefined) => complaintAbout(try_(value ?? ''), path);
    return answered(await clack.text({ message, initialValue, validate, output, signal: this.#signal }));
  }

  async more(message: string): Promise<boolean> {
    return answered(await clack.confirm({ message, initialValue: false, output, signal: this.#signal }));
  }
}

const scenarios: Choices = [
  ['aggregation', 'one connection uses all lines; needs a gateway'],
  ['load-balancing', 'connections are spread over the lines'],
  ['failover', 'one line, the next one when it dies'],
];

async function askWans(questions: Questions, flags: InitFlags): Promise<string[]> {
  const wans: string[] = [];
  const withLast = (last: string) => starterFromFlags({ ...flags, wan: [...wans, last] });
  const at = (key: string) => new RegExp(`^devices\\[0\\]\\.wans\\[${wans.length}\\]\\.${key}$`);
  do {
    const number = wans.length + 1;
    const name = await questions.text(`Name of line ${number}`, `wan${number}`, at('name'), (value) =>
      withLast(`name=${value.replaceAll(',', ' ')},device=eth${number}`),
    );
    const device = await questions.text(`Network device of ${name}`, `eth${number}`, at('device'), (value) =>
      withLast(`name=${name},device=${value.replaceAll(',', ' ')}`),
    );
    wans.push(`name=${name},device=${device}`);
  } while (wans.length < 8 && (wans.length < 2 || (await questions.more('Another line?'))));
  return wans;
}

/** Asks for what the flags leave open. Everything that is asked can be given as a flag. */
export async function askStarter(flags: InitFlags, signal: AbortSignal): Promise<Starter> {
  const questions = new Questions(signal);
  const known: InitFlags = { ...flags };
  clack.intro('otb.yaml: the image, the router and its gateway in one file', { output });
  known.recipe ??= await questions.choose(
    'What is built?',
    recipeNames.map((name) => [name, ''] as const),
  );
  known.deviceName ??= await questions.text('Name of the router', 'home', /^devices\[0\]\.name/, (deviceName) =>
    starterFromFlags({ ...known, deviceName }),
  );
  known.ssh ??= await questions.text('Where otb logs in to it', 'root@192.168.100.1', /^devices\[0\]\.ssh/, (ssh) =>
    starterFromFlags({ ...known, ssh }),
  );
  known.scenario ??= await questions.choose('What should the lines do?', scenarios);
  known.wan ??= await askWans(questions, known);
  if (needsGateway(known)) {
    known.gateway ??= await questions.text(
      'Where otb logs in to the gateway',
      'debian@gw.example.net',
      /^gateway\.ssh/,
      (gateway) => starterFromFlags({ ...known, gateway }),
    );
  }
  known.wan.forEach(parseWanFlag);
  return starterFromFlags(known);
}
