import type { Random } from "./random";
import { MINUTES } from "./span";

/** The activities in an environment, and their effect on its measurements. Minutes count from the start. */
export interface Activity {
  /** Requests through the load balancer, by minute. */
  readonly requests: Float32Array;
  /** Bytes through the load balancer, by minute. */
  readonly bytes: Float32Array;
  /** Seconds of processor time that its pods take on each node, by minute. */
  readonly work: readonly Float32Array[];
  /** Times of rollouts, in minutes, in any order. */
  readonly rollouts: number[];
}

export const NODES = 2;

export function noActivity(): Activity {
  return {
    requests: new Float32Array(MINUTES),
    bytes: new Float32Array(MINUTES),
    work: Array.from({ length: NODES }, () => new Float32Array(MINUTES)),
    rollouts: [],
  };
}

/** Requests with their responses, and their processor time. */
export function request(
  activity: Activity,
  minute: number,
  count: number,
  bytesEach: number,
): void {
  add(activity.requests, minute, count);
  add(activity.bytes, minute, count * bytesEach);
  for (const node of activity.work) {
    add(node, minute, (count * 0.02) / NODES);
  }
}

/** Processors that a pod on one node uses. */
export function work(activity: Activity, minute: number, minutes: number, cores: number): void {
  const node = activity.work[minute % NODES];
  for (let passed = 0; node && passed < minutes; passed++) {
    add(node, minute + passed, cores * 60 * Math.min(1, minutes - passed));
  }
}

/** A user opens a page, reads it, and opens another. */
export function browse(activity: Activity, start: number, end: number, luck: Random): void {
  for (let minute = start; minute < end; minute += luck.whole(2, 20)) {
    request(activity, minute, luck.whole(8, 60), luck.between(1_500, 20_000));
  }
}

/** A developer changes code and checks the result. */
export function develop(activity: Activity, start: number, end: number, luck: Random): void {
  browse(activity, start, end, luck);
  for (let minute = start + 5; minute < end; minute += luck.whole(10, 60)) {
    activity.rollouts.push(minute);
    work(activity, minute, 1, luck.between(0.3, 1));
  }
}

/** A developer reads logs and runs tests in a pod, without requests through the load balancer or rollouts. */
export function debug(activity: Activity, start: number, end: number, luck: Random): void {
  for (let minute = start; minute < end; minute += luck.whole(5, 45)) {
    work(activity, minute, luck.between(1.5, 4), luck.between(0.9, 1.8));
  }
}

/** An end-to-end test: a steady stream of requests. */
export function test(activity: Activity, start: number, end: number, luck: Random): void {
  const perMinute = luck.whole(30, 200);
  for (let minute = start; minute < end; minute++) {
    request(activity, minute, perMinute, 4_000);
  }
}

/** An uptime monitor that asks once a minute, a bit early or late. */
export function monitor(activity: Activity, from: number, luck: Random): void {
  const bytesEach = luck.between(600, 60_000);
  for (let minute = from; minute < MINUTES; minute++) {
    request(activity, minute + (luck.chance(0.05) ? 1 : 0), 1, bytesEach);
  }
}

/** Internet scanners: occasional single requests. */
export function scanners(activity: Activity, from: number, luck: Random): void {
  for (let minute = from; minute < MINUTES; minute += luck.whole(2, 20)) {
    request(activity, minute, 1, luck.between(500, 6_000));
  }
}

/** A Kubernetes CronJob, at every full hour. */
export function cronJob(activity: Activity, from: number, luck: Random): void {
  const minutes = luck.between(0.3, 0.6);
  for (let minute = Math.ceil(from / 60) * 60; minute < MINUTES; minute += 60) {
    work(activity, minute, minutes, 1);
  }
}

/** A pod on each node that calculates continuously. */
export function calculate(activity: Activity, start: number, end: number, cores: number): void {
  for (const node of activity.work) {
    for (let minute = start; minute < end; minute++) {
      add(node, minute, cores * 60);
    }
  }
}

function add(series: Float32Array, minute: number, amount: number): void {
  if (minute >= 0 && minute < MINUTES) {
    series[minute] = (series[minute] ?? 0) + amount;
  }
}
