import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import type { ImagesData } from "./images.data";

/** The images to build, the unchanged ones, and the arguments of `up` that deploy both. */
export function imagesText(data: ImagesData, paint: Paint): string {
  const rows = [
    ...data.changed.map(({ name, reference }) => [name, paint.yellow("to build"), reference]),
    ...Object.entries(data.unchanged).map(([name, digest]) => [name, "unchanged", digest]),
  ];
  return `${table(["image", "state", "reference or digest"], rows, paint)}\ndoks-env up <stack> ${data.arguments.join(" ")}\n`;
}
