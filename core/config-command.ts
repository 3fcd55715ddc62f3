/**
 * Adds the stack's name to every `pulumi config` command in a text: that stack need not be selected.
 *
 * @param text - a fix whose commands do not name the stack
 */
export function namingStack(text: string, stack: string): string {
  return text.replace(/pulumi config (set|rm) /g, `pulumi config $1 --stack ${stack} `);
}
