/** As Pulumi writes a path: `images.frontend.tag`, `images["acme/api"].tag`, `developers[0].name`. */
export function configPath(keys: readonly PropertyKey[]): string {
  return keys
    .map((key, index) => {
      if (typeof key === "number") {
        return `[${key}]`;
      }
      const word = String(key);
      return /^\w+$/.test(word) ? `${index === 0 ? "" : "."}${word}` : `[${JSON.stringify(word)}]`;
    })
    .join("");
}

/** `frontend`, `["registry.example.com/shop/api"]`, each with the dot before it. */
const KEY = /(?:^|\.)([^.[\]"]+)|(?:^|\.)?\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * The keys of a path as {@link configPath} and Pulumi write it.
 *
 * @returns undefined for anything else, such as a quote that does not end
 */
export function keysOf(path: string): string[] | undefined {
  const keys: string[] = [];
  if (path.startsWith(".")) {
    return undefined; // A dot stands between keys only.
  }
  KEY.lastIndex = 0;
  while (KEY.lastIndex < path.length) {
    const match = KEY.exec(path);
    if (match === null) {
      return undefined;
    }
    const [, plain, quoted = ""] = match;
    keys.push(plain ?? quoted.replaceAll(/\\(.)/g, "$1"));
  }
  return keys.length === 0 ? undefined : keys;
}
