import type { Bucket } from "./bucket";
import type { S3Location } from "./s3-url";

/** Limits for a service that does not answer: the SDK itself waits forever, three times. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 30_000 };

/** Opens a part of an S3 bucket with the SDK's default credentials: AWS_* variables, the profile or the machine's role. */
export async function openS3({ bucket, prefix, client: settings }: S3Location): Promise<Bucket> {
  // The SDK warns about Node versions that its future releases will not support; ours is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // Loading the SDK takes 0.2 s, so only S3 backends load it.
  const {
    DeleteObjectCommand,
    GetObjectCommand,
    HeadObjectCommand,
    ListObjectsV2Command,
    NoSuchKey,
    NotFound,
    PutObjectCommand,
    S3Client,
  } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    ...settings,
    requestHandler: TIMEOUTS,
    // Parts of an object have no checksum, and other S3 services may not support checksums.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return {
    list: async (keyPrefix) => {
      const keys: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix + keyPrefix,
            ContinuationToken: token,
          }),
        );
        keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(prefix.length)));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return keys;
    },
    read: async (key, limit) => {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: prefix + key,
            Range: limit === undefined ? undefined : `bytes=0-${limit - 1}`,
          }),
        );
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if (error instanceof NoSuchKey) {
          return undefined;
        }
        throw error;
      }
    },
    write: async (key, content) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: Buffer.from(content) }),
      );
    },
    modified: async (key) => {
      try {
        const command = new HeadObjectCommand({ Bucket: bucket, Key: prefix + key });
        return (await client.send(command)).LastModified;
      } catch (error) {
        // A HEAD response has no body, so the error has another class than for GET.
        if (error instanceof NotFound) {
          return undefined;
        }
        throw error;
      }
    },
    remove: async (key) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + key }));
    },
  };
}
