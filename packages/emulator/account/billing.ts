import { createHash } from "node:crypto";
import type { Clock } from "../clock";
import type { Usage } from "./entities";
import { notFound } from "./errors";
import { BILLED_HOURS_PER_MONTH } from "./offers/sizes";
import type { Store } from "./store";
import { timestamp } from "./time";

const HOUR_MS = 3_600_000;
/**
 * DigitalOcean's minimum charge for a node: the greater of the two.
 * @see https://docs.digitalocean.com/products/kubernetes/details/pricing/
 */
const LEAST_USD = 0.01;
const LEAST_HOURS = 60 / 3600;

export interface Invoice {
  readonly uuid: string;
  readonly number: string;
  /** `2026-08` */
  readonly period: string;
  readonly amountUsd: number;
  readonly updatedAt: string;
  readonly items: readonly InvoiceItem[];
}

export interface InvoiceItem {
  readonly usage: Usage;
  /** Billed running time: whole hours, unless the resource is billed per second. */
  readonly hours: number;
  readonly amountUsd: number;
  readonly startTime: string;
  readonly endTime: string;
}

/** Invoices: what the {@link Ledger} holds, month by month, at list price. */
export class Billing {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** The invoice of the current month up to now. */
  public preview(): Invoice {
    return this.invoice(periodOf(this.clock.now()));
  }

  /** The invoices of past months in which something was billed, newest first. */
  public invoices(): Invoice[] {
    const current = periodOf(this.clock.now());
    const periods: string[] = [];
    const first = this.store.usage.all().map((usage) => usage.startedAt.slice(0, 7));
    for (let period = first.sort()[0] ?? current; period < current; period = after(period)) {
      periods.unshift(period);
    }
    return periods.map((period) => this.invoice(period)).filter(({ items }) => items.length > 0);
  }

  /** @throws ApiError 404 */
  public get(uuid: string): Invoice {
    const invoice = [this.preview(), ...this.invoices()].find((one) => one.uuid === uuid);
    if (!invoice) {
      throw notFound("invoice not found");
    }
    return invoice;
  }

  private invoice(period: string): Invoice {
    const now = this.clock.now().getTime();
    const from = Date.parse(`${period}-01T00:00:00Z`);
    const end = Date.parse(`${after(period)}-01T00:00:00Z`);
    const until = Math.min(end, now);
    const items = this.store.usage.all().flatMap((usage) => itemOf(usage, from, end, now));
    const digest = createHash("sha256")
      .update(`${this.store.profile.uuid}/${period}`)
      .digest("hex");
    return {
      uuid: uuidOf(digest),
      number: String(Number.parseInt(digest.slice(0, 7), 16)),
      period,
      amountUsd: roundCents(items.reduce((sum, item) => sum + item.amountUsd, 0)),
      updatedAt: timestamp(new Date(until)),
      items,
    };
  }
}

/**
 * The part of a usage that lies in a month, given by its first instant and the next month's. An instant belongs to the month
 * that it begins: a usage that ends or begins there is not billed in the month before or after it, too.
 */
export function itemOf(usage: Usage, from: number, next: number, now: number): InvoiceItem[] {
  const started = Date.parse(usage.startedAt);
  const ended = usage.endedAt === null ? now : Date.parse(usage.endedAt);
  if (started >= next || (ended <= from && started < from)) {
    return [];
  }
  const start = Math.max(started, from);
  const end = Math.min(ended, next);
  const hours = countedHours(usage, (end - start) / HOUR_MS);
  const price =
    (Math.min(hours, BILLED_HOURS_PER_MONTH) * usage.monthlyUsd) / BILLED_HOURS_PER_MONTH;
  return [
    {
      usage,
      hours,
      amountUsd: usage.monthlyUsd === 0 ? 0 : Math.max(roundCents(price), LEAST_USD),
      startTime: timestamp(new Date(start)),
      endTime: timestamp(new Date(end)),
    },
  ];
}

/**
 * Rounds running time to billed hours. DigitalOcean does not document its rounding: a user was charged one
 * hour for 62 minutes, and one for less than one.
 * @see https://www.digitalocean.com/community/questions/how-works-the-hours-counting-rounding
 */
function countedHours(usage: Usage, hours: number): number {
  return usage.billedPer === "second"
    ? Math.max(hours, LEAST_HOURS)
    : Math.max(Math.round(hours), 1);
}

function periodOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}

/** The month after a month. */
function after(period: string): string {
  const [year, month] = period.split("-").map(Number);
  return periodOf(new Date(Date.UTC(year ?? 0, month ?? 0, 1)));
}

function roundCents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

function uuidOf(digest: string): string {
  const part = (from: number, to: number) => digest.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}
