/** Where the kernel shows what it knows; tests put directories of their own there. */
export interface SystemPlaces {
  sys: string;
  proc: string;
  dev: string;
  run: string;
}

/** The real ones. */
export const systemPlaces: SystemPlaces = { sys: '/sys', proc: '/proc', dev: '/dev', run: '/run' };
