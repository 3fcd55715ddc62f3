import { randomUUID } from "node:crypto";

/** A fault that requests of a method to paths of a pattern meet, a number of times. */
export interface FaultRule {
  readonly id: string;
  readonly method: string;
  /** A path; `*` stands for one part of it, `**` for any number. */
  readonly path: string;
  /** Answered in place of the real answer. Left out: the request is only delayed. */
  readonly status?: number | undefined;
  /** The answer's body. @default DigitalOcean's error body */
  readonly body?: unknown;
  readonly delayMs: number;
  /** Requests it still applies to. */
  readonly times: number;
}

/** The faults that tests have switched on. They are not kept over a restart. */
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

  /** The rule that applies to a request, which then applies once less. */
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
