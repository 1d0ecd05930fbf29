/** What the AWS account has already, for a site that is new to it. */
export interface AccountUse {
  /** All of the account's distributions. */
  distributions: number;
  /** Those of this stage's sites, which share policies, viewer functions and access controls. */
  sites: number;
  /** How many sets of these there are. */
  pools: number;
}
