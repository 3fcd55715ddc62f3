import type { Measure } from "../../cli/reap/policy/traffic";
import {
  type Activity,
  browse,
  calculate,
  cronJob,
  debug,
  develop,
  monitor,
  noActivity,
  scanners,
  test,
} from "./activity";
import type { Random } from "./random";
import { DAYS, type LocalDay, localDays, MINUTES } from "./span";

/** A time during which an environment is really in use; minutes since the start, the end excluded. */
export interface Session {
  readonly start: number;
  readonly end: number;
}

/** The users' and machines' actions on one environment. */
export interface Trace {
  readonly kind: TraceKind;
  readonly profile: "dev" | "ci";
  readonly timeZone: string;
  /** Whether it has working hours, from seven to eight. */
  readonly hasWorkingHours: boolean;
  /** The truth. In order, and apart. */
  readonly sessions: readonly Session[];
  readonly activity: Activity;
  readonly measure: Measure;
  /** Pushes to its pull request, and when that is closed; minutes. */
  readonly pushes: readonly number[];
  readonly closedAt?: number;
}

/** Kinds of users of environments, with their percentages. */
export const TRACE_KINDS = {
  "office hours": 26,
  "office hours and weekends": 8,
  "debugging without traffic": 12,
  "computing overnight": 4,
  "long weekends": 8,
  "forgotten after two days": 8,
  "forgotten, pinged every minute": 10,
  "forgotten, never resting": 4,
  "nightly CI": 10,
  "pull request": 10,
} as const;
export type TraceKind = keyof typeof TRACE_KINDS;

/** Maximum length of a session with user activity; longer sessions are calculations. */
const WORKDAY_MINUTES = 400;

const TIME_ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"] as const;

/** Generates one environment. */
export function trace(kind: TraceKind, luck: Random): Trace {
  const timeZone = TIME_ZONES[luck.whole(0, 2)] ?? "Europe/Berlin";
  const isPullRequest = kind === "nightly CI" || kind === "pull request";
  const activity = noActivity();
  const days = localDays(timeZone).slice(luck.whole(0, 9));
  const sessions = isPullRequest
    ? pullRequestSessions(kind, days, activity, luck)
    : developerSessions(kind, days, activity, luck);
  const [first] = sessions;
  const from = first?.start ?? MINUTES;
  scanners(activity, from, luck);
  if (luck.chance(0.3)) {
    cronJob(activity, from, luck);
  }
  if (kind === "forgotten, pinged every minute") {
    for (let count = luck.whole(1, 3); count > 0; count--) {
      monitor(activity, from, luck);
    }
  }
  if (kind === "forgotten, never resting") {
    // Services that work without users.
    calculate(activity, 0, MINUTES, luck.between(0.1, 0.4));
  }
  const last = sessions.at(-1)?.end ?? MINUTES;
  return {
    kind,
    profile: isPullRequest ? "ci" : "dev",
    timeZone,
    hasWorkingHours: !isPullRequest && luck.chance(0.4),
    sessions,
    activity,
    measure: luck.chance(0.3) ? "requests" : "bytes",
    pushes: isPullRequest ? sessions.map(({ start }) => start).filter(() => luck.chance(0.5)) : [],
    closedAt: isPullRequest ? last + luck.whole(30, 600) : undefined,
  };
}

function developerSessions(
  kind: TraceKind,
  days: readonly LocalDay[],
  activity: Activity,
  luck: Random,
): Session[] {
  const sessions = days
    .filter((day, index) => isWorkedOn(kind, day, index))
    .flatMap(({ nine }) =>
      kind === "computing overnight" && luck.chance(0.3)
        ? [{ start: nine + 480, end: nine + 480 + luck.whole(WORKDAY_MINUTES + 1, 840) }]
        : workday(nine, luck),
    );
  for (const { start, end } of sessions) {
    if (kind === "computing overnight" && end - start > WORKDAY_MINUTES) {
      calculate(activity, start, end, luck.between(0.5, 1.7));
    } else if (kind === "debugging without traffic") {
      debug(activity, start, end, luck);
    } else if (luck.chance(0.6)) {
      develop(activity, start, end, luck);
    } else {
      browse(activity, start, end, luck);
    }
  }
  return sessions;
}

function isWorkedOn(kind: TraceKind, { day, number }: LocalDay, index: number): boolean {
  const isWeekend = day === "sat" || day === "sun";
  if (kind.startsWith("forgotten")) {
    return index < 2;
  }
  if (kind === "office hours and weekends") {
    return !isWeekend || number % 2 === 0;
  }
  // Friday to Monday off, in every second week.
  const isBridge = day === "fri" || day === "mon";
  return !isWeekend && !(kind === "long weekends" && isBridge && Math.floor(number / 7) % 2 === 1);
}

/** From about nine to about six, with a break of half an hour to one and a half; some evenings an hour or two more. */
function workday(nine: number, luck: Random): Session[] {
  const start = nine + luck.whole(-90, 90);
  const noon = nine + 180 + luck.whole(-30, 30);
  const afternoon = noon + luck.whole(30, 90);
  const end = nine + 540 + luck.whole(-90, 120);
  const evening = nine + 720 + luck.whole(0, 120);
  return [
    { start, end: noon },
    { start: afternoon, end },
    ...(luck.chance(0.1) ? [{ start: evening, end: evening + luck.whole(40, 120) }] : []),
  ];
}

/** A pull request lives for some days. Its tests run after each push; a reviewer looks; some are tested every night. */
function pullRequestSessions(
  kind: TraceKind,
  days: readonly LocalDay[],
  activity: Activity,
  luck: Random,
): Session[] {
  const life = days.slice(0, Math.min(luck.whole(2, 10), DAYS));
  const sessions = life.flatMap(({ nine, day }): Session[] => {
    if (kind === "nightly CI") {
      const start = nine + 17 * 60 + luck.whole(0, 20);
      return [{ start, end: start + luck.whole(15, 60) }];
    }
    if (day === "sat" || day === "sun") {
      return [];
    }
    const start = nine + luck.whole(0, 400);
    return [{ start, end: start + luck.whole(10, 45) }];
  });
  for (const { start, end } of sessions) {
    if (kind === "nightly CI" || luck.chance(0.7)) {
      test(activity, start, end, luck);
    } else {
      browse(activity, start, end, luck);
    }
  }
  return sessions;
}
