import { usdPerMonthOf } from "../../core/data/kept-claim";
import type { Seed } from "../../core/data/seed";
import { UsageError } from "../terminal/errors";
import type { SeedData } from "./seeds.data";

const SEED_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** @throws {UsageError} for an invalid name of a seed. @param option - option or argument with the name */
export function requireSeedName(option: string, name: string, example: string): void {
  if (!SEED_NAME.test(name)) {
    throw new UsageError(
      `${option} got "${name}": a seed name is at most 63 lower-case letters, digits and dashes`,
      example,
    );
  }
}

export function seedDataOf({ name, snapshots, isComplete }: Seed): SeedData {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    name,
    claims: snapshots.map(({ claim }) => claim).sort(),
    createdAt: snapshots.map(({ createdAt }) => createdAt).sort()[0] ?? "",
    region: snapshots[0]?.regions[0] ?? "",
    giB: sum(snapshots.map(({ billedGiB }) => billedGiB)),
    usdPerMonth: sum(snapshots.map(usdPerMonthOf)),
    complete: isComplete,
  };
}
