const { readFileSync } = require("node:fs");

// Compiles the program that Pulumi runs, with the used parts of the providers' SDKs. Loading these SDKs from
// node_modules takes 0.7 s of processor time, mostly for parts that no environment uses (2 cores, 2026-11-30).

/** One of the two indexes of Pulumi's SDK. */
const INDEX = /[\\/]@pulumi[\\/]pulumi[\\/](runtime[\\/])?index\.js$/;

/**
 * Pulumi's own SDK stays outside the bundle, because the process that runs the program has loaded it already. Its
 * indexes are compiled in and load their exports on first use: the one for serializing functions loads npm's
 * installer.
 *
 * @type {import("esbuild").Plugin}
 */
const LAZY_SDK = {
  name: "lazy-sdk",
  setup(build) {
    build.onResolve({ filter: /^@pulumi\/pulumi\// }, ({ path }) =>
      path === "@pulumi/pulumi/runtime" ? undefined : { path, external: true },
    );
    build.onLoad({ filter: INDEX }, ({ path }) => {
      const [, folder = ""] = INDEX.exec(path) ?? [];
      return { contents: lazy(readFileSync(path, "utf8"), folder.replace("\\", "/")) };
    });
  },
};

/**
 * Turns the named exports of an index into getters; `export *` stays unchanged.
 *
 * @param {string} index - the index as compiled by TypeScript
 * @param {string} folder - the index's folder in the SDK
 */
function lazy(index, folder) {
  const getters = index
    .replace(/"\.\//g, `"@pulumi/pulumi/${folder}`)
    .replace(/const (\w+) = __importStar\((.*?)\);\s*exports\.\1 = \1;/g, 'lazily("$1", () => $2);')
    .replace(/exports\.(\w+) = (\w+_1)\.\1;/g, 'lazily("$1", () => $2().$1);')
    .replace(/var (\w+_1) = (require\(.*?\));/g, "const $1 = () => $2;");
  return `${getters}
function lazily(name, get) {
  Object.defineProperty(exports, name, { enumerable: true, get });
}`;
}

/** @type {import("esbuild").BuildOptions} */
const OPTIONS = { sourcemap: "linked", sourcesContent: false, plugins: [LAZY_SDK] };

module.exports = { OPTIONS };
