import type { Place } from '../core/failure.js';

/** A stage of a command as the faces list it: a stable word and a title for people. */
export interface StageName {
  stage: string;
  title: string;
}

/** The stages that are about to run, in order: a face can draw them all before the first begins. */
export interface StagesPlanned {
  type: 'stages-planned';
  stages: readonly StageName[];
}

/** A stage began. */
export interface StageStarted extends StageName {
  type: 'stage-started';
}

/** A stage got further. Sent often; a face thins it out. `total` is absent while it is not known. */
export interface StageProgress {
  type: 'stage-progress';
  stage: string;
  done: number;
  total?: number;
  /** What `done` and `total` count, for instance `packages`, or `B` for bytes. */
  unit: string;
  /** Bytes a second, over the last two seconds; for bytes only. */
  rate?: number;
}

/** A line that a foreign program printed. It may hold anything, workflow commands and escapes included. */
export interface StageOutput {
  type: 'stage-output';
  stage: string;
  line: string;
}

/** A command that would run: what `--dry-run` shows in place of running it. */
export interface CommandPlanned {
  type: 'command-planned';
  /** The line to paste into a shell. */
  command: string;
  cwd?: string;
}

/** A stage ended well. */
export interface StageFinished {
  type: 'stage-finished';
  stage: string;
  result: 'done' | 'already-done' | 'previewed';
  elapsedMs: number;
  /** One short remark, for instance `214 packages`. */
  note?: string;
}

/** A stage ended badly; the command's failure follows as its result. */
export interface StageFailed {
  type: 'stage-failed';
  stage: string;
  message: string;
  elapsedMs: number;
  /** What the program printed last, for people. */
  lines: readonly string[];
}

/** Something the user should know and may want to change; the command goes on. */
export interface Warned {
  type: 'warning';
  message: string;
  hint?: string;
  place?: Place;
}

/** Something worth saying once, without being asked. */
export interface Noted {
  type: 'note';
  message: string;
}

/** Everything that can happen while a command runs. Only `report/` turns it into text. */
export type Event =
  | StagesPlanned
  | StageStarted
  | StageProgress
  | StageOutput
  | CommandPlanned
  | StageFinished
  | StageFailed
  | Warned
  | Noted;

/** Where events are sent. */
export type Emit = (event: Event) => void;
