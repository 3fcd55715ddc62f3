/** A registry's answer about an image. Without one the image's existence is unknown, and the reason is given. */
export type Resolution = { readonly digest: string } | "absent" | { readonly unknown: string };
