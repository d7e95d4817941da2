// A vitest reporter that writes every result down as it comes (one JSON object a line, to $OTB_CI_RESULTS), so that a run
// that is cut still counts what it has seen and knows what it has not.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

const path = process.env.OTB_CI_RESULTS;
const write = (record) => appendFileSync(path, `${JSON.stringify(record)}\n`);
const nameOf = ({ moduleId }) => relative(process.cwd(), moduleId);

export default class Reporter {
  onTestRunStart(specifications) {
    for (const specification of specifications) write({ planned: nameOf(specification) });
  }

  onTestCaseResult(test) {
    write({ file: nameOf(test.module), name: test.fullName, state: test.result().state });
  }

  onTestModuleEnd(module) {
    write({ ended: nameOf(module), state: module.state(), errors: module.errors().map(({ message }) => message) });
  }
}
