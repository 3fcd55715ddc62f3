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
