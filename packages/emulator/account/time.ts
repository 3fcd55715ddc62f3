/** A time in DigitalOcean's form: RFC 3339, UTC, whole seconds. */
export function timestamp(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Unix time in whole seconds. */
export function unixSeconds(time: Date | string): number {
  return Math.floor(new Date(time).getTime() / 1000);
}
