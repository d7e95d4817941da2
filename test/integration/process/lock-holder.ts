// `lock-holder LOCK`: takes the lock, says so, and runs a command under it until it is ended. OTB_TEST_WORD stands on
// that command's line, and not on this one's.
import { inheritingRunner } from '../../../src/effects/inheriting-runner.js';
import { localRunner } from '../../../src/effects/local-runner.js';
import { takeWorkLock } from '../../../src/effects/work-lock.js';

const [path = ''] = process.argv.slice(2);
const { OTB_TEST_WORD: word = '' } = process.env;
try {
  const { descriptor, ended } = await takeWorkLock(path, new Date());
  console.log('locked', ended.length);
  const loop = `sh -c "while :; do sleep 0.2; done" ${word} & wait`;
  await inheritingRunner(localRunner, descriptor).run({ file: 'sh', args: ['-c', loop] });
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.log(code, message);
}
