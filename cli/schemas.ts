import { z } from "zod";
import { diagnoseSchema } from "./cluster/diagnose.data";
import { kubeconfigSchema } from "./cluster/kubeconfig.data";
import { seedsSchema } from "./data/seeds.data";
import { doctorSchema } from "./doctor/doctor.data";
import { downSchema } from "./environments/down.data";
import { extendSchema } from "./environments/extend.data";
import { previewSchema } from "./environments/preview.data";
import { protectSchema } from "./environments/protect.data";
import { renderSchema } from "./environments/render.data";
import { touchSchema } from "./environments/touch.data";
import { upSchema } from "./environments/up.data";
import { imagesSchema } from "./images/images.data";
import { listSchema } from "./overview/list.data";
import { showSchema } from "./overview/show.data";
import { ciSchema } from "./pull-requests/ci.data";
import { reapSchema } from "./reap/reap.data";
import { sleepSchema } from "./sleep/sleep.data";
import { errorSchema } from "./terminal/error.data";

/**
 * The `--json` output of the commands, by the name and version in the command's `schema`. Only documents and tests load
 * this file, because zod is slow to load.
 */
export const SCHEMAS: Readonly<Record<string, z.ZodObject>> = {
  "doctor/v1": doctorSchema,
  "up/v1": upSchema,
  "preview/v1": previewSchema,
  "list/v1": listSchema,
  "show/v1": showSchema,
  "diagnose/v1": diagnoseSchema,
  "kubeconfig/v1": kubeconfigSchema,
  "extend/v1": extendSchema,
  "protect/v1": protectSchema,
  "render/v1": renderSchema,
  "images/v1": imagesSchema,
  "touch/v1": touchSchema,
  "sleep/v1": sleepSchema,
  "data/v1": seedsSchema,
  "down/v1": downSchema,
  "ci/v1": ciSchema,
  "reap/v1": reapSchema,
  "error/v1": errorSchema,
};

/** JSON Schemas (draft 2020-12) by the name of their file in docs/schemas. Each allows fields that it does not name. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, data]) => [
      `${name.replace("/", ".")}.json`,
      published(name, data),
    ]),
  );
}

function published(name: string, data: z.ZodObject): object {
  const schema = z.literal(`doks-env/${name}`).describe("Name and version of this schema.");
  const document = z.object({ schema, ...data.shape }).meta({ title: `doks-env/${name}` });
  return z.toJSONSchema(document, { io: "input", override: withoutNoise });
}

/** Removes the bounds that zod adds to every integer, JavaScript's safe range. */
function withoutNoise({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
    delete jsonSchema.maximum;
  }
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) {
    delete jsonSchema.minimum;
  }
}
