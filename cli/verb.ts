/** A verb of `towpath`: one file each. */
export interface Verb {
  /** For the list of all verbs: a few words. */
  brief: string;
  usage: string;
  summary: string;
  /** Runs with the arguments after the verb; answers the exit code. */
  run: (args: string[]) => Promise<number>;
}
