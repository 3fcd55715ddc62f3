import type { S3ClientConfig } from "@aws-sdk/client-s3";

/** A place in an S3 bucket. */
export interface S3Location {
  readonly bucket: string;
  /** Prefix of every key: empty, or with a trailing slash. */
  readonly prefix: string;
  readonly client: Pick<S3ClientConfig, "endpoint" | "region" | "profile" | "forcePathStyle">;
}

/** Parameters that only affect writes, and `awssdk`, which no longer has an effect. */
const IGNORED_PARAMETERS = [
  "awssdk",
  "ssetype",
  "kmskeyid",
  "rate_limiter_capacity",
  "request_checksum_calculation",
  "response_checksum_validation",
];
/** A signature needs a region; services other than Amazon's usually accept any. */
const ANY_REGION = "us-east-1";

/**
 * Reads the URL of an S3 backend as Pulumi does.
 *
 * @param env - may name the region, as `AWS_REGION` or `AWS_DEFAULT_REGION`
 * @returns `undefined` when it has a parameter that only Pulumi supports, such as `role`
 * @see https://pkg.go.dev/gocloud.dev/blob/s3blob#URLOpener, https://pkg.go.dev/gocloud.dev/aws#V2ConfigFromURLParams;
 *   `disableSSL` and an endpoint without scheme are Pulumi's own (pkg/backend/diy/backend.go of 3.259)
 */
export function parseS3Url(url: string, env: NodeJS.ProcessEnv): S3Location | undefined {
  const { host, pathname, searchParams } = new URL(url);
  const {
    endpoint,
    region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    profile,
    use_path_style: usePathStyle,
    s3ForcePathStyle = usePathStyle,
    disableSSL,
    disable_https: disableHttps = disableSSL,
    ...rest
  } = Object.fromEntries([...searchParams].filter(([, value]) => value !== ""));
  const isKnown = Object.keys(rest).every((name) => IGNORED_PARAMETERS.includes(name));
  const isInsecure = isTrue(disableHttps);
  if (!isKnown || (isInsecure && endpoint === undefined)) {
    return undefined;
  }
  const folder = decodeURIComponent(pathname).replace(/^\/+/, "");
  return {
    bucket: host,
    prefix: folder === "" || folder.endsWith("/") ? folder : `${folder}/`,
    client: {
      endpoint: endpoint && withScheme(endpoint, isInsecure),
      region: region ?? (endpoint && ANY_REGION),
      profile,
      forcePathStyle: isTrue(s3ForcePathStyle),
    },
  };
}

/** Adds the scheme to an endpoint; without https it replaces the endpoint's own scheme. */
function withScheme(endpoint: string, isInsecure: boolean): string {
  if (isInsecure) {
    return `http://${endpoint.replace(/^.*:\/\//, "")}`;
  }
  return endpoint.includes("://") ? endpoint : `https://${endpoint}`;
}

/** Parses a boolean like Go's strconv.ParseBool. */
function isTrue(value: string | undefined): boolean {
  return ["1", "t", "T", "TRUE", "true", "True"].includes(value ?? "");
}
