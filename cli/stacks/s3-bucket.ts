import type { Bucket } from "./bucket";
import type { S3Location } from "./s3-url";

/** A service that does not answer must not hang a command: the SDK itself waits forever, three times. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 30_000 };

/** A place in an S3 bucket, with the credentials of the SDK's default chain: AWS_* variables, the profile, the machine's role. */
export async function openS3({ bucket, prefix, client: settings }: S3Location): Promise<Bucket> {
  // It warns of Node versions that its own next releases will not run on; which one we have is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // Loading it takes 0.2 s: only who has such a backend pays that.
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
    // A part of an object has no checksum, and services other than Amazon's have none at all.
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
        // An answer without a body names no error.
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
