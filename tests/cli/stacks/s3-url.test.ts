import { parseS3Url } from "../../../cli/stacks/s3-url";

const SPACES = "https://fra1.digitaloceanspaces.com";

describe("the URL of an S3 backend", () => {
  it("names a bucket, with nothing more on Amazon's own service", () => {
    expect(parseS3Url("s3://state", {})).toEqual({
      bucket: "state",
      prefix: "",
      client: {
        endpoint: undefined,
        region: undefined,
        profile: undefined,
        forcePathStyle: false,
      },
    });
  });

  it.each([
    ["s3://state/", ""],
    ["s3://state/team", "team/"],
    ["s3://state/team/", "team/"],
    ["s3://state//a/b%20c", "a/b c/"],
  ])("may name a folder in it: %s", (url, prefix) => {
    expect(parseS3Url(url, {})?.prefix).toBe(prefix);
  });

  it.each([
    ["endpoint=fra1.digitaloceanspaces.com", SPACES],
    [`endpoint=${encodeURIComponent(SPACES)}`, SPACES],
    ["endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000"],
    ["endpoint=minio:9000&disableSSL=true", "http://minio:9000"],
    ["endpoint=minio:9000&disable_https=1", "http://minio:9000"],
    ["endpoint=minio:9000&disableSSL=true&disable_https=false", "https://minio:9000"],
    ["endpoint=https://minio:9000&disable_https=true", "http://minio:9000"],
    ["endpoint=http://minio:9000&disable_https=false", "http://minio:9000"],
  ])("may name another service: %s", (query, endpoint) => {
    expect(parseS3Url(`s3://state?${query}`, {})?.client.endpoint).toBe(endpoint);
  });

  it.each([
    ["region=eu-central-1", {}, "eu-central-1"],
    ["region=eu-central-1", { AWS_REGION: "us-west-2" }, "eu-central-1"],
    ["", { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" }, "us-west-2"],
    ["", { AWS_DEFAULT_REGION: "us-west-1" }, "us-west-1"],
    ["endpoint=minio:9000", {}, "us-east-1"],
  ])("has the region of the query, the environment, or any: %j, %j", (query, env, region) => {
    expect(parseS3Url(`s3://state?${query}`, env)?.client.region).toBe(region);
  });

  it.each([
    ["s3ForcePathStyle=true", true],
    ["use_path_style=True", true],
    ["use_path_style=true&s3ForcePathStyle=false", false],
    ["use_path_style=0", false],
  ])("contains the addressing of the bucket: %s", (query, expected) => {
    expect(parseS3Url(`s3://state?${query}`, {})?.client.forcePathStyle).toBe(expected);
  });

  it("can name a profile and options for writing, which are ignored", () => {
    const query =
      "profile=team&awssdk=v2&ssetype=AES256&request_checksum_calculation=when_required";
    expect(parseS3Url(`s3://state?${query}`, {})?.client.profile).toBe("team");
  });

  it.each([
    "role=arn:aws:iam::123456789012:role/state",
    "anonymous=true",
    "accelerate=true",
    "dualstack=true",
    "hostname_immutable=true",
    "disableSSL=true",
  ])("is left to pulumi with %s", (query) => {
    expect(parseS3Url(`s3://state?${query}`, {})).toBeUndefined();
  });
});
