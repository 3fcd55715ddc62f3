import type { z } from "zod";
import { parseDuration } from "../duration";
import { parseQuantity } from "../quantity";
import type { cpuAndMemory } from "./values";

// What holds between several settings.

/** Test results are identified by name. */
export function namesDiffer(
  tests: readonly { readonly name: string }[],
  context: z.RefinementCtx,
): void {
  for (const [index, { name }] of tests.entries()) {
    if (tests.findIndex((other) => other.name === name) < index) {
      const message = "a name that no other test has";
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
  }
}

interface Hosts {
  readonly hosts: Readonly<Record<string, { readonly service: string }>>;
  readonly smokeTest: { readonly service?: string };
}

/** Each Service has one load balancer, which sends port 443 to a single port. */
export function hostsDiffer({ hosts, smokeTest }: Hosts, context: z.RefinementCtx): void {
  const taken = [smokeTest.service];
  for (const [name, { service }] of Object.entries(hosts)) {
    if (taken.includes(service)) {
      const message = "a Service that neither another host nor smokeTest.service names";
      context.addIssue({ code: "custom", path: ["hosts", name, "service"], message });
    }
    taken.push(service);
  }
}

type Limits = Readonly<Record<"defaultRequest" | "default" | "max", z.output<typeof cpuAndMemory>>>;

/** The other setting that a value must not be below. */
export interface LowerBound {
  readonly path: readonly string[];
  readonly value: string;
}

function tooLow(path: string[], bound: LowerBound) {
  const message = `at least ${bound.path.join(".")}, which is ${bound.value}`;
  return { code: "custom" as const, path, message, params: { bound } };
}

/** The other setting, when the issue is that a value is below it. */
export function lowerBoundIn(issue: z.core.$ZodIssue): LowerBound | undefined {
  return issue.code === "custom" ? (issue.params?.bound as LowerBound | undefined) : undefined;
}

/** Kubernetes refuses a LimitRange whose values are out of order, and only after the cluster exists. */
export function inAscendingOrder(limits: Limits, context: z.RefinementCtx): void {
  const pairs = [
    ["defaultRequest", "default"],
    ["default", "max"],
    ["defaultRequest", "max"],
  ] as const;
  for (const resource of ["cpu", "memory"] as const) {
    for (const [low, high] of pairs) {
      const lower = limits[low][resource];
      const upper = limits[high][resource];
      if (lower !== undefined && upper !== undefined && quantityOf(lower) > quantityOf(upper)) {
        context.addIssue(
          tooLow([high, resource], { path: ["limits", low, resource], value: lower }),
        );
      }
    }
  }
}

type Durations = Readonly<Record<"ttl" | "maxTtl" | "idleAfter" | "destroyAfterIdle", string>>;

/**
 * Otherwise an environment would start with a longer life than `maxTtl` allows, or the reaper would destroy it as
 * unused before it counts as idle.
 */
export function endsInOrder(durations: Durations, context: z.RefinementCtx): void {
  const pairs = [
    ["ttl", "maxTtl"],
    ["idleAfter", "destroyAfterIdle"],
  ] as const;
  for (const [low, high] of pairs) {
    const value = durations[low];
    // The schema already reports a text that is not a duration.
    if (Number(parseDuration(value)) > Number(parseDuration(durations[high]))) {
      context.addIssue(tooLow([high], { path: [low], value }));
    }
  }
}

const quantityOf = (value: string) => parseQuantity(value) ?? 0;
