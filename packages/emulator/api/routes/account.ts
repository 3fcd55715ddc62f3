import type { Account } from "../../account/account";
import { ok, type Route, route } from "../router";

export function accountRoute({ store }: Account): Route[] {
  return [
    route("GET", "/v2/account", () => {
      const { createdAt: _, ...profile } = store.profile;
      return ok({
        account: { ...profile, emailVerified: true, status: "active", statusMessage: "" },
      });
    }),
  ];
}
