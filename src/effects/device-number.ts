/** The number of a device file as sysfs and mountinfo write it, `8:16`, out of `rdev` of `stat`. */
export function majorMinorOf(rdev: number): string {
  // Linux keeps the low 8 bits of the minor number, 12 of the major, then the rest of each.
  const bits = BigInt(rdev);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn);
  const minor = (bits & 0xffn) | ((bits >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
