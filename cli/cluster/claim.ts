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
      text: "the volume that it was bound to is gone, with what was on it",
      isFinal: true,
      fix: change("delete the claim with kubectl, so that it is made anew, empty"),
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
      "name a storage class in the overlay that the cluster has (`kubectl get storageclass`), or none",
    );
  }
  return /limit|quota|\b(?:403|422)\b/i.test(message)
    ? advice("delete volumes that nobody needs, or ask DigitalOcean for more")
    : change("fix the claim in the overlay, as the message describes");
}
