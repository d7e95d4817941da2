import { downloadSignatures } from './downloads.js';
import { machineSignatures } from './machine.js';
import { missingSignatures } from './missing.js';
import type { Signature } from './signature.js';
import { sourceSignatures } from './sources.js';

/** Every signature of a cause; the first that matches a line is taken. */
export const signatures: readonly Signature[] = [
  ...machineSignatures,
  ...downloadSignatures,
  ...sourceSignatures,
  ...missingSignatures,
];
