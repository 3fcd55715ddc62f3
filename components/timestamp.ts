/** A time so many seconds later, as RFC 3339: DigitalOcean's provider gives times as Go prints them. */
export function after(timestamp: string, seconds: number): string {
  return new Date(Date.parse(timestamp) + seconds * 1000).toISOString();
}
