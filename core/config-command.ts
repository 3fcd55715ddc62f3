/**
 * Makes every `pulumi config` command in a text name its stack, which need not be the selected one.
 *
 * @param text - a fix with commands that name no stack
 */
export function namingStack(text: string, stack: string): string {
  return text.replace(/pulumi config (set|rm) /g, `pulumi config $1 --stack ${stack} `);
}
