/** What a registry says of an image. Without an answer it is unknown whether it exists, for a reason in words. */
export type Resolution = { readonly digest: string } | "absent" | { readonly unknown: string };
