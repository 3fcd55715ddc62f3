import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { describeError, UserError } from "../../core/errors";
import { type Kubeconfig, kubeconfigText } from "./kubeconfig";

export interface KubeconfigFile {
  readonly path: string;
  /** Empty without a file. */
  readonly text: string;
}

const SECTIONS = ["clusters", "contexts", "users"] as const;
type Section = (typeof SECTIONS)[number];

/** YAML's spellings of null. */
const NOTHING = ["", "~", "null"];

/** The command that runs as another user. */
const SCRIPT = /(^|\/)exec-credential\.js$/;

/**
 * Adds entries to a kubeconfig, replaces those of an earlier call, and makes their context the current one. Keeps everything
 * else, comments included.
 *
 * @returns the new text
 * @throws {UserError} when the file is not a kubeconfig, an entry of the same name is not ours, or an alias refers to a
 *   replaced entry
 */
export function withKubeconfig(file: KubeconfigFile, kubeconfig: Kubeconfig): string {
  const document = read(file);
  const added = read({ path: "the new kubeconfig", text: kubeconfigText(kubeconfig) });
  for (const key of ["apiVersion", "kind"]) {
    if (!document.has(key)) {
      document.set(key, added.get(key, true));
    }
  }
  requireOurs(document, added, file.path);
  for (const section of SECTIONS) {
    const entries = entriesOf(document, section, file.path);
    for (const entry of entriesOf(added, section, file.path).items) {
      put(entries, entry);
    }
    document.set(section, entries);
  }
  replaceCurrentContext(document, added.get("current-context", true) as Scalar);
  return write(document, file);
}

/**
 * Removes a context of {@link withKubeconfig}, with its user and cluster unless another context uses them.
 *
 * @returns the new text, or undefined if there is no such context, or it is not ours
 * @throws {UserError} when the file is not a kubeconfig, or an alias refers to a removed entry
 */
export function withoutContext(file: KubeconfigFile, name: string): string | undefined {
  const document = read(file);
  const entries = (section: Section) => entriesOf(document, section, file.path);
  const context = named(entries("contexts"), name);
  const user = named(entries("users"), textAt(context, ["context", "user"]));
  const cluster = named(entries("clusters"), textAt(context, ["context", "cluster"]));
  if (context === undefined || !SCRIPT.test(textAt(user, ["user", "exec", "args", 0]))) {
    return undefined;
  }
  remove(entries("contexts"), context);
  const isUsed = (kind: string, entry: YAMLMap | undefined) =>
    entries("contexts").items.some((other) => textAt(other, ["context", kind]) === nameOf(entry));
  if (!isUsed("user", user)) {
    remove(entries("users"), user);
  }
  if (!isUsed("cluster", cluster)) {
    remove(entries("clusters"), cluster);
  }
  if (document.get("current-context") === name) {
    const none = new Scalar("");
    none.type = Scalar.QUOTE_DOUBLE;
    replaceCurrentContext(document, none);
  }
  return write(document, file);
}

/**
 * Our entries are users whose credential comes from our script, contexts of such users, and clusters that are the same one or
 * that only such contexts use. Replacing another entry would lose it, or send our credential to another server.
 */
function requireOurs(document: Document, added: Document, path: string): void {
  const users = entriesOf(document, "users", path);
  const contexts = entriesOf(document, "contexts", path);
  const isOurUser = (name: string) =>
    SCRIPT.test(textAt(named(users, name), ["user", "exec", "args", 0]));
  const isOurContext = (context: YAMLMap) => isOurUser(textAt(context, ["context", "user"]));
  const isOurCluster = (old: YAMLMap, entry: YAMLMap) => {
    const leading = contexts.items.filter(
      (context) => textAt(context, ["context", "cluster"]) === nameOf(old),
    );
    const isSame = ["server", "certificate-authority-data"].every(
      (key) => textAt(old, ["cluster", key]) === textAt(entry, ["cluster", key]),
    );
    return isSame || (leading.length > 0 && leading.every(isOurContext));
  };
  const isOurs: Readonly<Record<Section, (old: YAMLMap, entry: YAMLMap) => boolean>> = {
    users: (old) => isOurUser(nameOf(old)),
    contexts: isOurContext,
    clusters: isOurCluster,
  };
  const foreign = SECTIONS.flatMap((section) =>
    entriesOf(added, section, path)
      .items.filter((entry) => {
        const old = named(entriesOf(document, section, path), nameOf(entry));
        return old !== undefined && !isOurs[section](old, entry);
      })
      .map((entry) => `${section.slice(0, -1)} "${nameOf(entry)}"`),
  );
  if (foreign.length > 0) {
    throw new UserError(
      `${path} has entries with these names that doks-env did not create: ${foreign.join(", ")}`,
      "rename them there, or use a file of its own: export KUBECONFIG=$(doks-env kubeconfig <stack>)",
    );
  }
}

/** Reads every scalar as text, so that it is written unchanged. */
function read({ path, text }: KubeconfigFile): Document {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    // Without the library's message, which repeats the text, possibly a token.
    throw notOne(path, `line ${lines.linePos(error.pos[0]).line} is not YAML (${error.code})`);
  }
  const { contents } = document;
  if (
    contents === null ||
    isNothing(contents) ||
    (isMap(contents) && contents.items.length === 0)
  ) {
    document.contents = new YAMLMap();
    return document;
  }
  const kind = document.get("kind") ?? "Config";
  if (kind !== "Config" || !["kind", ...SECTIONS].some((key) => document.has(key))) {
    throw notOne(path, 'it is not of kind "Config"');
  }
  return document;
}

function write(document: Document, { path, text }: KubeconfigFile): string {
  try {
    // kubectl does not indent lists.
    return document.toString({ lineWidth: 0, indentSeq: !/^- /m.test(text) });
  } catch (error) {
    // The removed part may have contained the anchor of an alias elsewhere.
    throw new UserError(
      `${path} cannot be changed: ${describeError(error)}`,
      "replace its YAML aliases with their values",
      { cause: error },
    );
  }
}

function entriesOf(document: Document, section: Section, path: string): YAMLSeq<YAMLMap> {
  const found = document.get(section, true);
  if (found === undefined || isNothing(found)) {
    return new YAMLSeq();
  }
  if (!isSeq(found) || !found.items.every((entry) => isMap(entry) && nameOf(entry) !== "")) {
    throw notOne(path, `its ${section} is not a list of entries with names`);
  }
  return found as YAMLSeq<YAMLMap>;
}

function put(entries: YAMLSeq<YAMLMap>, entry: YAMLMap): void {
  const index = entries.items.findIndex((other) => nameOf(other) === nameOf(entry));
  const old = entries.items[index];
  if (old === undefined) {
    entries.flow &&= entries.items.length > 0;
    entries.items.push(entry);
  } else {
    keepComments(entry, old);
    entries.items[index] = entry;
  }
}

function replaceCurrentContext(document: Document, name: Scalar): void {
  const old = document.get("current-context", true);
  if (isNode(old)) {
    keepComments(name, old);
  }
  document.set("current-context", name);
}

function keepComments(node: Node, old: Node): void {
  node.commentBefore = old.commentBefore;
  node.spaceBefore = old.spaceBefore;
  node.comment = old.comment;
}

function remove(entries: YAMLSeq<YAMLMap>, entry: YAMLMap | undefined): void {
  entries.items = entries.items.filter((other) => other !== entry);
}

function named(entries: YAMLSeq<YAMLMap>, name: string): YAMLMap | undefined {
  return entries.items.find((entry) => nameOf(entry) === name);
}

function nameOf(entry: YAMLMap | undefined): string {
  return textAt(entry, ["name"]);
}

/** Returns the scalar at a path, or an empty text. */
function textAt(entry: YAMLMap | undefined, path: readonly (string | number)[]): string {
  const found = entry?.getIn(path);
  return typeof found === "string" ? found : "";
}

function isNothing(node: unknown): boolean {
  return isScalar(node) && NOTHING.includes(String(node.value));
}

function notOne(path: string, why: string): UserError {
  return new UserError(
    `${path} is not a kubeconfig: ${why}`,
    "fix it, or name another file: export KUBECONFIG=<file>",
  );
}
