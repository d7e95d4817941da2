import type { Requirement } from './requirement.js';
import { embeddedBuild, openwrtBuild } from './required/build.js';
import { flash, provisionAndLab } from './required/devices.js';
import { testsOnly } from './required/tests.js';

/*
 * What has to be installed, for what, and which package brings it. Data: the judging is in requirement.ts.
 * `needed` areas fail without it; `wanted` ones are warned. The area `test` needs whatever another area needs, so
 * only what the tests alone use names it.
 *
 * For the build, `needed` is what the embedded tree runs; what OpenWrt's own prerequisite check asks for beyond
 * that is `wanted`.
 */

/** Everything that is looked for. */
export const requirements: readonly Requirement[] = [
  ...embeddedBuild,
  ...openwrtBuild,
  ...flash,
  ...provisionAndLab,
  ...testsOnly,
];
