/** A command as data: who makes one does not run it. */
export interface Invocation {
  /** The program: a name looked up in a clean PATH, or an absolute path. */
  file: string;
  args: readonly string[];
  /** Working directory; the caller's when absent. */
  cwd?: string;
  /** What the program reads on stdin; nothing (`/dev/null`) when absent. */
  input?: string;
  /** A file that the program reads on stdin, in place of `input`. */
  inputFile?: string;
  /** Variables added to the allow-listed environment. */
  env?: Readonly<Record<string, string>>;
  /** True when the command only looks. It then runs under `--dry-run` too. */
  readOnly?: boolean;
  /** Ends the command after so many milliseconds. */
  timeoutMs?: number;
}

/** How a command ended. `exitCode` is null when a signal ended it. */
export interface Outcome {
  exitCode: number | null;
  signalName: string | null;
  /** What it wrote, decoded as UTF-8; the last 8 MiB of each stream, or 1 MiB when there is a log. */
  stdout: string;
  stderr: string;
  elapsedMs: number;
  /** True when it was ended for lasting, or for printing nothing, too long. */
  timedOut: boolean;
}

/** What one run may be given beside its command. */
export interface RunOptions {
  /** Called with each line of stdout and stderr as it arrives, without its line end. */
  onLine?: (line: string) => void;
  /** A file that receives stdout and stderr as they come, byte for byte. */
  logFile?: string;
  /** A line that stands in the log before the output: the command, as one would type it. */
  logTitle?: string;
  /** Ends the command's whole process group when it fires. */
  signal?: AbortSignal;
  /** An open file that the command, and all that it starts, inherits as descriptor 3: see `work-lock.ts`. */
  inherited?: number;
  /** Ends the command when it has printed nothing for so many milliseconds. */
  silenceMs?: number;
}

/** The one door to other programs. `run` resolves whatever the exit status; it rejects when nothing could be started. */
export interface Runner {
  run(invocation: Invocation, options?: RunOptions): Promise<Outcome>;
}
