/** pulumi's options in every test. */
export const UP = ["up", "--yes", "--skip-preview"] as const;
export const DESTROY = ["destroy", "--yes", "--skip-preview"] as const;
export const REFRESH = ["refresh", "--yes", "--skip-preview"] as const;

export const MINUTES = 60_000;
