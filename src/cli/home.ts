import { fileURLToPath } from 'node:url';

/** The root of otb's own files (`trees/`, `feeds/`, `patches/`), without a trailing slash. */
export const home: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
