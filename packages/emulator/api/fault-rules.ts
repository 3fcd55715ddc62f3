import { randomUUID } from "node:crypto";

/** A fault for a number of requests with a method and a path pattern. */
export interface FaultRule {
  readonly id: string;
  readonly method: string;
  /** A path; `*` stands for one part of it, `**` for any number. */
  readonly path: string;
  /** Status of the response that replaces the real one. Absent: the request is only delayed. */
  readonly status?: number | undefined;
  /** The answer's body. @default DigitalOcean's error body */
  readonly body?: unknown;
  readonly delayMs: number;
  /** Number of requests to which it still applies. */
  readonly times: number;
}

/** The faults that tests have set. They do not survive a restart. */
export class FaultRules {
  private rules: FaultRule[] = [];

  public list(): readonly FaultRule[] {
    return this.rules;
  }

  public add(rule: Omit<FaultRule, "id">): FaultRule {
    const added = { ...rule, id: randomUUID() };
    this.rules.push(added);
    return added;
  }

  public clear(): void {
    this.rules = [];
  }

  /** Returns the rule for a request, and counts that use of it. */
  public take(method: string, path: string): FaultRule | undefined {
    const rule = this.rules.find((one) => one.method === method && matches(one.path, path));
    if (rule) {
      this.rules = this.rules
        .map((one) => (one === rule ? { ...one, times: one.times - 1 } : one))
        .filter(({ times }) => times > 0);
    }
    return rule;
  }
}

function matches(pattern: string, path: string): boolean {
  const expression = pattern
    .split(/(\*+)/)
    .map((part) => {
      if (part === "**") {
        return ".+";
      }
      return part === "*" ? "[^/]+" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${expression}$`).test(path);
}
