/** Adds seconds to a time, as RFC 3339: DigitalOcean's provider prints times in Go's format. */
export function after(timestamp: string, seconds: number): string {
  return new Date(Date.parse(timestamp) + seconds * 1000).toISOString();
}
