import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure, messageOf } from '../core/failure.js';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a directory',
};

function logFailure(path: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new Failure(`the log ${path} could not be written: ${reasons[code] ?? messageOf(error)}`, {
    code: 'prerequisite',
    hint: 'Make room or choose another directory, then run the same command again.',
    cause: error,
  });
}

/** The file a command's output is appended to, byte for byte, in the order of arrival. */
export class CommandLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens the log; makes its directory.
   *
   * @throws Failure when the file cannot be made
   */
  static async open(path: string): Promise<CommandLog> {
    try {
      await mkdir(dirname(path), { recursive: true });
      return new CommandLog(path, await open(path, 'a'));
    } catch (error) {
      throw logFailure(path, error);
    }
  }

  /** Resolves when the bytes are written. */
  write(chunk: Buffer): Promise<void> {
    this.#writing = this.#writing.then(() => this.#append(chunk));
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #append(chunk: Buffer): Promise<void> {
    try {
      await this.#file.appendFile(chunk);
    } catch (error) {
      throw logFailure(this.#path, error);
    }
  }
}
