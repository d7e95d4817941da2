function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * A workflow command of GitHub Actions: `::error file=otb.yaml,line=5::message`.
 *
 * @param properties printed in order; undefined ones are left out
 */
export function workflowCommand(
  name: string,
  message: string,
  properties: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  const list = given.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',');
  return `::${name}${list === '' ? '' : ` ${list}`}::${escapeMessage(message)}`;
}

/** Text that may hold anything, between fences that keep GitHub's runner from taking orders out of it. */
export function fenceText(text: string, fence: string): string {
  return `::stop-commands::${fence}\n${text}\n::${fence}::`;
}
