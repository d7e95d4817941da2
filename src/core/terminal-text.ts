/*
 * Control sequences (colours, movements), operating system commands (titles, links), device strings, character sets,
 * and what is left: an escape with one character. A sequence without its end loses its introducer only.
 */
const escapes =
  // eslint-disable-next-line no-control-regex -- escape sequences are what this takes out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[PX^_][^\u001b]*\u001b\\|\u001b[ -/]+[0-~]|\u001b[0-~]/g;
// eslint-disable-next-line no-control-regex -- control characters, line separators and bidirectional marks go out
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/g;

/** Text of several lines, each as {@link plainLine} has it. */
export function plainText(text: string): string {
  return text.split('\n').map(plainLine).join('\n');
}

/**
 * A line that is safe to print: what a carriage return overwrote is dropped, escape sequences, control
 * characters and marks that turn the reading direction are removed.
 */
export function plainLine(line: string): string {
  const visible = line.replace(escapes, '').replace(/\r+$/, '');
  return visible.slice(visible.lastIndexOf('\r') + 1).replace(controls, '');
}
