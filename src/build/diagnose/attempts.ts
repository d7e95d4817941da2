const attempt = /^\+ curl .*?\s((?:https?|ftp|file):\/\/\S+)$|^--\d{4}-[\d-]+ [\d:]+--\s+((?:https?|ftp):\/\/\S+)/;

/** The addresses that downloads were tried from, the last few. */
export class Attempts {
  #addresses: string[] = [];

  read(line: string): void {
    const [, curl, wget] = attempt.exec(line) ?? [];
    const address = curl ?? wget;
    if (address !== undefined) this.#addresses = [...this.#addresses, address].slice(-64);
  }

  /** The addresses of a file; with no name, the last address of all. */
  of(file: string | undefined): readonly string[] {
    if (file === undefined) return this.#addresses.slice(-1);
    return [...new Set(this.#addresses.filter((address) => address.endsWith(`/${file}`)))];
  }
}
