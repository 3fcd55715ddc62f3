import { failed, type Signal, seenAt } from "../policy/evidence";

/** The last use that somebody's `doks-env` has written down in the stack's tag `lastUsed`, in RFC 3339. */
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
