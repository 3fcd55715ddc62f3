/** The fields of `GET /v2/account` that are used. */
export interface DescribedAccount {
  readonly uuid: string;
  readonly email: string;
  readonly team?: { readonly uuid: string; readonly name: string };
}

/** The identity of an account. */
export interface AccountIdentity {
  readonly uuid: string;
  /** A name for users. */
  readonly name: string;
}

/** Identifies an account: resources belong to the token's team, or without a team to its user. */
export function accountIdentity({ uuid, email, team }: DescribedAccount): AccountIdentity {
  return team?.uuid ? { uuid: team.uuid, name: team.name } : { uuid, name: email };
}
