import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.js';
import { errnoWords } from './errno-words.js';

/** The directories of a log are made on the way. */
const own = { EEXIST: 'a part of its path is a file', ENOTDIR: 'a part of its path is a file' };

function logFailure(path: string, error: unknown): Failure {
  return new Failure(`the log ${path} could not be written: ${errnoWords(error, own)}`, {
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
