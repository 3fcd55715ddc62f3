/** A registry's answer about an image, or the reason for which its existence is unknown. */
export type Resolution = { readonly digest: string } | "absent" | { readonly unknown: string };
