import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { nameOf } from "./api-objects";
import { eventsAbout, newestOf } from "./events";
import { excerpt } from "./excerpt";
import { advice, change, type FixFor } from "./likely-fix";
import { isOverdue, type Problem } from "./problem";
import type { Snapshot } from "./snapshot";

/** Returns the reason why a claim has no volume; undefined when it has one, or only waits for its first pod. */
export function claimProblem(
  claim: V1PersistentVolumeClaim,
  { objects, takenAt }: Snapshot,
): Problem | undefined {
  const phase = claim.status?.phase;
  if (phase === "Lost") {
    return {
      reason: "Lost",
      text: "its volume was deleted, with the data on it",
      isFinal: true,
      fix: change("delete the claim with kubectl; it is then created again, empty"),
    };
  }
  const isUsed = objects.Pod.some(({ spec }) =>
    spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === nameOf(claim)),
  );
  const warning = newestOf(
    eventsAbout([claim], objects.Event),
    "ProvisioningFailed",
    "FailedBinding",
  );
  if (phase !== "Pending" || (!isUsed && warning === undefined)) {
    return undefined;
  }
  const message = warning?.message ?? "";
  return {
    reason: warning?.reason ?? "Pending",
    text: `it has no volume${message ? `: ${excerpt(message)}` : " yet"}`,
    isFinal: warning !== undefined || isOverdue(claim.metadata?.creationTimestamp, takenAt),
    ...(warning && { fix: fixFor(message) }),
  };
}

function fixFor(message: string): FixFor {
  if (/storageclass\S* "[^"]*" not found/i.test(message)) {
    return change(
      "use a storage class of the cluster (`kubectl get storageclass`) in the overlay, or omit it",
    );
  }
  return /limit|quota|\b(?:403|422)\b/i.test(message)
    ? advice("delete unused volumes, or ask DigitalOcean for a higher limit")
    : change("fix the claim in the overlay, as the message describes");
}
