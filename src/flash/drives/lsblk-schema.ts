import * as z from 'zod';

/*
 * What the versions of lsblk print: numbers and booleans are strings before util-linux 2.33, what is not known is null
 * or not there at all.
 */

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => {
    const word = String(value ?? '').trim();
    return word === '' ? undefined : word;
  });

const bytes = z
  .union([z.number().int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)])
  .nullish()
  .transform((value) => value ?? undefined);

const flag = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', 'true', 'false'])])
  .nullish()
  .transform((value) => value === true || value === 1 || value === '1' || value === 'true');

const places = z
  .array(z.string().nullable())
  .nullish()
  .transform((list) => (list ?? []).filter((place) => place !== null).filter((place) => place !== ''));

/** One device of lsblk's JSON; what otb does not use is left out. */
export const lsblkNode = z.object({
  name: z.string().min(1),
  kname: text,
  path: text,
  pkname: text,
  'maj:min': z
    .string()
    .regex(/^\s*\d+:\d+\s*$/)
    .transform((number) => number.trim()),
  type: z.string().min(1),
  size: bytes,
  ro: flag,
  rm: flag,
  hotplug: flag,
  model: text,
  serial: text,
  wwn: text,
  vendor: text,
  tran: text,
  'log-sec': bytes,
  fstype: text,
  label: text,
  partlabel: text,
  uuid: text,
  // Not trimmed: a directory's name may end in a blank.
  mountpoint: z.string().nullish(),
  mountpoints: places,
  get children() {
    return z.array(lsblkNode).nullish();
  },
});

/** One device as lsblk tells it, with what is on it. */
export type LsblkNode = z.infer<typeof lsblkNode>;

/** The whole of lsblk's JSON. */
export const lsblkDocument = z.object({ blockdevices: z.array(lsblkNode) });
