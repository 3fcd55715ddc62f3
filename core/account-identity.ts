/** The account as `GET /v2/account` describes it, as far as it is read. */
export interface DescribedAccount {
  readonly uuid: string;
  readonly email: string;
  readonly team?: { readonly uuid: string; readonly name: string };
}

/** Tells accounts apart: resources belong to the team that a token is for, and only without one to its user. */
export function accountIdentity({ uuid, email, team }: DescribedAccount): {
  readonly uuid: string;
  readonly name: string;
} {
  return team?.uuid ? { uuid: team.uuid, name: team.name } : { uuid, name: email };
}
