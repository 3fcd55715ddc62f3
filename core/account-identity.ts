/** The account as `GET /v2/account` describes it, as far as it is read. */
export interface DescribedAccount {
  readonly uuid: string;
  readonly email: string;
  readonly team?: { readonly uuid: string; readonly name: string };
}

/** One account, told from all others. */
export interface AccountIdentity {
  readonly uuid: string;
  /** For people. */
  readonly name: string;
}

/** Tells accounts apart: resources belong to the team that a token is for, and only without one to its user. */
export function accountIdentity({ uuid, email, team }: DescribedAccount): AccountIdentity {
  return team?.uuid ? { uuid: team.uuid, name: team.name } : { uuid, name: email };
}
