import { ENVIRONMENT } from "../../core/rules/own-objects";
import { settingOf } from "../../core/rules/quotas";
import { excerpt } from "./excerpt";
import { change, type FixFor, settings } from "./likely-fix";
import type { Problem } from "./problem";

/** Matches the beginning of `Error creating: pods "web-5d8f-" is forbidden: ...`; the rest is equal for all pods. */
const PREFIX =
  /^.*?\b(?:is forbidden|is invalid|failed error): (?:\w+ "[^"]*" is (?:forbidden|invalid): )?/s;

/**
 * Returns the problem when the API server refuses to create a controller's pods or their claims.
 *
 * @param message - of the condition ReplicaFailure or an event FailedCreate
 */
export function refusal(message: string): Problem {
  const cause = message.replace(PREFIX, "");
  const { reason, text, fix } =
    quotaExceeded(cause) ??
    quotaUnspecified(cause) ??
    limitRange(cause) ??
    podSecurity(cause) ??
    other(cause);
  return { reason, text, isFinal: true, fix };
}

type Refusal = Required<Pick<Problem, "reason" | "text" | "fix">>;

/** `exceeded quota: environment, requested: requests.cpu=2, used: requests.cpu=15, limited: requests.cpu=16` */
function quotaExceeded(message: string): Refusal | undefined {
  const match = /exceeded quota: (.+?), requested: (.+), used: (.+), limited: (.+)/.exec(message);
  if (!match) {
    return undefined;
  }
  const [requested, used, limited] = match.slice(2).map(amounts);
  const resources = [...(requested?.keys() ?? [])];
  const shares = resources.map(
    (resource) =>
      `${resource} ${used?.get(resource) ?? "0"} of ${limited?.get(resource) ?? "0"} used, ${requested?.get(resource) ?? "0"} more requested`,
  );
  return {
    reason: "QuotaExceeded",
    text: `the namespace's quota is used up: ${shares.join("; ")}`,
    fix: raised(
      "raise the quota, or request less in the overlay",
      resources.map((resource): [string, string | undefined] => [
        match[1] === ENVIRONMENT ? settingOf(resource).setting : "",
        limited?.get(resource),
      ]),
    ),
  };
}

function amounts(list: string): Map<string, string> {
  return new Map(list.split(",").map((pair) => pair.trim().split("=") as [string, string]));
}

/** `failed quota: environment: must specify requests.cpu for: main; requests.memory for: main` */
function quotaUnspecified(message: string): Refusal | undefined {
  const match = /failed quota: \S+: must specify (.+)/.exec(message);
  if (!match) {
    return undefined;
  }
  const resources = ["cpu", "memory"].filter((one) => match[1]?.includes(`requests.${one}`));
  return {
    reason: "QuotaExceeded",
    text: `the namespace's quota requires every container to set ${excerpt(match[1] ?? "")}`,
    fix: raised(
      "set a default for containers without one",
      resources.map((resource): [string, undefined] => [
        `limits.defaultRequest.${resource}`,
        undefined,
      ]),
    ),
  };
}

/** `maximum cpu usage per Container is 1, but limit is 2`, one or several */
function limitRange(message: string): Refusal | undefined {
  const matches = [
    ...message.matchAll(
      /(maximum|minimum) (cpu|memory) usage per \w+ is ([\w.]+?)(?=[,.](?:\s|$))/g,
    ),
  ];
  if (matches.length === 0) {
    return undefined;
  }
  const bounds = matches.map(([, bound, resource, value]): [string, string | undefined] => [
    bound === "maximum" ? `limits.max.${resource ?? ""}` : "",
    value,
  ]);
  return {
    reason: "LimitRangeExceeded",
    text: `the namespace's limits for one container refuse it: ${excerpt(message)}`,
    fix: raised("raise the limit, or request less in the overlay", bounds),
  };
}

/** `violates PodSecurity "restricted:latest": runAsNonRoot != true (...)` */
function podSecurity(message: string): Refusal | undefined {
  const match = /violates PodSecurity "(\w+):[^"]*": (.+)/s.exec(message);
  if (!match) {
    return undefined;
  }
  const [, level = "", violations = ""] = match;
  const looser = level === "restricted" ? "baseline" : "privileged";
  return {
    reason: "PodSecurity",
    text: `Pod Security level "${level}" of the namespace refuses its pods: ${excerpt(violations)}`,
    fix: settings(
      "set the pods' securityContext in the overlay, or lower the level",
      `podSecurity=${looser}`,
    ),
  };
}

function other(message: string): Refusal {
  return {
    reason: "FailedCreate",
    text: `its pods are refused: ${excerpt(message)}`,
    fix: change("fix the reported problem in the overlay"),
  };
}

/** Returns the settings to raise; without a setting, only the overlay can change. */
function raised(
  text: string,
  bounds: readonly (readonly [setting: string, now: string | undefined])[],
): FixFor {
  const known = new Map(bounds.filter(([setting]) => setting !== ""));
  return known.size === 0
    ? change("request less in the overlay")
    : settings(
        text,
        ...[...known].map(
          ([setting, now]) => `${setting}=<${now === undefined ? "amount" : `more than ${now}`}>`,
        ),
      );
}
