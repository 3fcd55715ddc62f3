/** What the doctor has found about one thing. */
export interface Finding {
  readonly subject: string;
  /** After a fault `up` fails; a warning is for the person to weigh. */
  readonly state: "ok" | "warning" | "fault";
  /** What is there, in words. */
  readonly found: string;
  /** What should be there. @default - the finding says it, or it is as it should be */
  readonly wanted?: string;
  /** How to mend it: commands to paste, or sentences, one a line; any of them will do. @default - nothing to mend */
  readonly fix?: string;
}
