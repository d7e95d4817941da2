/** What a machine can give to a build. */
export interface MachineRoom {
  cores: number;
  /** Memory that can be had without swapping, in bytes. */
  availableBytes: number;
}

/** What one job of a build needs at its worst, in bytes: a C++ compiler, or a linker with debug information. */
const jobBytes = 2 ** 30;

/** As many jobs as there are cores, fewer when memory is short: a build that swaps, or is killed, is the slowest. */
export function planJobs({ cores, availableBytes }: MachineRoom, bytesPerJob: number = jobBytes): number {
  return Math.max(1, Math.min(cores, Math.floor(availableBytes / bytesPerJob)));
}
