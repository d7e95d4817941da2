import { checkAddresses } from './addresses.js';
import { checkForwards } from './forwards.js';
import { checkLimits } from './limits.js';
import type { LooseConfig, PlacedComplaint } from './loose.js';
import { checkMwan3 } from './mwan3.js';
import { checkNames } from './names.js';
import { checkScenarios } from './scenarios.js';

/** Everything that no part of the file shows by itself. */
export function checkTogether(config: LooseConfig): PlacedComplaint[] {
  return [checkNames, checkScenarios, checkAddresses, checkLimits, checkMwan3, checkForwards].flatMap((check) =>
    check(config),
  );
}
