import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode, type Question } from "dns-packet";
import { DEFAULT_TTL, type Domains, hostOf, NAME_SERVERS } from "../account/domains";
import type { DomainRecord } from "../account/entities";
import { describeError } from "../errors";

/** @see https://datatracker.ietf.org/doc/html/rfc1035#section-4.1.1 */
const RECURSION_AVAILABLE = 1 << 7;
const NXDOMAIN = 3;
const REFUSED = 5;

/** The resolver's answer to a question. */
export interface Resolved {
  readonly code: number;
  readonly answers: readonly Answer[];
  /** For a negative answer: the time for which it may be cached. */
  readonly authorities: readonly Answer[];
}

/** Answers questions about the account's zones, over UDP on loopback, as a resolver would once they are delegated. */
export class Resolver {
  private readonly socket = createSocket("udp4");

  public constructor(
    private readonly domains: Domains,
    private readonly log: (line: string) => void,
  ) {
    this.socket.on("message", (message, from) => this.answer(message, from));
  }

  /** @throws Error when the port is taken */
  public async listen(port: number): Promise<void> {
    this.socket.bind(port, "127.0.0.1");
    await once(this.socket, "listening");
  }

  public close(): void {
    this.socket.close();
  }

  private answer(message: Buffer, { address, port }: RemoteInfo): void {
    try {
      const { id, flags = 0, questions = [] } = decode(message);
      const [question] = questions;
      if (question === undefined) {
        return;
      }
      const { code, answers, authorities } = resolve(this.domains, question);
      const response = encode({
        type: "response",
        ...(id !== undefined && { id }),
        flags: flags | AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | code,
        questions: [question],
        answers: [...answers],
        authorities: [...authorities],
      });
      this.socket.send(response, port, address);
    } catch (error) {
      this.log(`a DNS question could not be answered: ${describeError(error)}`);
    }
  }
}

/**
 * Resolves a name in the account's zones.
 * @see https://datatracker.ietf.org/doc/html/rfc4592 (a wildcard is for names that do not exist otherwise)
 */
export function resolve(domains: Domains, { name, type }: Question): Resolved {
  const host = name.toLowerCase().replace(/\.$/, "");
  const zone = domains.zoneOf(host);
  if (zone === undefined) {
    return { code: REFUSED, answers: [], authorities: [] };
  }
  const records = domains.records(zone);
  const isKnown = records.some(
    (record) => hostOf(record) === host || hostOf(record).endsWith(`.${host}`),
  );
  const source = isKnown ? host : closestWildcard(host, records);
  const found = records.filter((record) => hostOf(record) === source);
  const [alias] = found.filter((record) => record.type === "CNAME");
  if (alias !== undefined && type !== "CNAME") {
    const target = resolve(domains, { name: alias.data, type });
    return { ...target, code: 0, answers: [...answerOf(host, alias), ...target.answers] };
  }
  const answers = found
    .filter((record) => record.type === type)
    .flatMap((record) => answerOf(host, record));
  const code = source === undefined ? NXDOMAIN : 0;
  return { code, answers, authorities: answers.length === 0 ? [soaOf(zone)] : [] };
}

/** `*.b.c` for `a.b.c`, or else `*.c` unless `b.c` exists; undefined when there is none. */
function closestWildcard(host: string, records: readonly DomainRecord[]): string | undefined {
  for (let parent = host; parent.includes("."); ) {
    parent = parent.slice(parent.indexOf(".") + 1);
    const wildcard = `*.${parent}`;
    if (records.some((record) => hostOf(record) === wildcard)) {
      return wildcard;
    }
    if (records.some((one) => hostOf(one) === parent || hostOf(one).endsWith(`.${parent}`))) {
      return undefined;
    }
  }
  return undefined;
}

function answerOf(name: string, record: DomainRecord): Answer[] {
  const { type, data, ttl, priority } = record;
  switch (type) {
    case "A":
    case "AAAA":
    case "CNAME":
    case "NS":
    case "TXT":
      return [{ name, type, ttl, data }];
    case "MX":
      return [{ name, type, ttl, data: { preference: priority ?? 0, exchange: data } }];
    case "SOA":
      return [soaOf(record.domain)];
    case "CAA":
    case "SRV":
      return [];
  }
}

function soaOf(zone: string): Answer {
  return {
    name: zone,
    type: "SOA",
    ttl: DEFAULT_TTL,
    data: {
      mname: NAME_SERVERS[0] ?? "",
      rname: `hostmaster.${zone}`,
      serial: 1,
      refresh: 10_800,
      retry: 3600,
      expire: 604_800,
      minimum: DEFAULT_TTL,
    },
  };
}
