/** What a running step may say. */
export interface StepVoice {
  /** A line of a foreign program's output. */
  line: (text: string) => void;
  /** How far the step is; `total` when it is known. */
  progress: (done: number, total: number | undefined, unit: string) => void;
  /** Fires when the command is to stop. */
  signal: AbortSignal;
}

/** One step of a command. It may be run again: what is already so is found by `done` and left alone. */
export interface Step {
  /** A stable word: `download`. */
  name: string;
  /** What people read: `Download sources`. */
  title: string;
  /** Says why there is nothing to do, or undefined when there is. */
  done?(): Promise<string | undefined>;
  /** Does it; may return a short remark for the report. */
  run(voice: StepVoice): Promise<string | undefined>;
  /** Takes back what `run` did; called in reverse order when a later step fails. */
  undo?(): Promise<void>;
}

/** The same steps, the one of that name with something changed. */
export function withChange(steps: readonly Step[], name: string, change: (step: Step) => Partial<Step>): Step[] {
  return steps.map((step) => (step.name === name ? { ...step, ...change(step) } : step));
}
