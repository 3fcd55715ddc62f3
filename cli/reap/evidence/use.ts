import { failed, type Signal, seenAt } from "../policy/evidence";

/** Reads the last use from the stack tag `lastUsed` (RFC 3339), which `doks-env` writes. */
export function useSignal(lastUsed: string | undefined): Signal {
  const source = "tag lastUsed";
  if (lastUsed === undefined) {
    return seenAt("use", source, undefined);
  }
  const at = Date.parse(lastUsed) / 1000;
  return Number.isNaN(at)
    ? failed("use", source, `"${lastUsed}" is not a time`)
    : seenAt("use", source, at);
}
