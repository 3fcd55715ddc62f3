import { table } from "../terminal/table";
import type { Paint } from "../terminal/terminal";
import type { ImagesData } from "./images.data";

/** What is to be built, what is there already, and how to run both. */
export function imagesText(data: ImagesData, paint: Paint): string {
  const rows = [
    ...data.changed.map(({ name, reference }) => [name, paint.yellow("to build"), reference]),
    ...Object.entries(data.unchanged).map(([name, digest]) => [name, "unchanged", digest]),
  ];
  return `${table(["image", "state", "what"], rows, paint)}\ndoks-env up <stack> ${data.arguments.join(" ")}\n`;
}
