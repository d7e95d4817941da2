const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in bytes for people: `14.2 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  // What counts is what would be printed: 1023.96 is 1024.0.
  while (Number(value.toFixed(1)) >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 ? value : value.toFixed(value < 9.995 ? 2 : 1)} ${steps[step] ?? 'TiB'}`;
}

/** Bytes a second for people, in the units that disks are sold with: `45 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  const megabytes = bytesPerSecond / 1e6;
  return `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB/s`;
}

/** A duration in milliseconds for people: `0.4 s`, `12 s`, `3:07`, `1:02:03`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
