/** Whether the account has room for one more site. A quota may have been raised: only CloudFront itself refuses. */
import type { AccountUse } from '../account.ts';
import { type Finding, finding } from '../finding.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, as they are unless raised */
const QUOTAS: Record<keyof AccountUse, { most: number; of: string }> = {
  distributions: { most: 500, of: 'distributions of an account' },
  sites: { most: 100, of: 'distributions that share a policy, a viewer function or an access control' },
};
const NEAR = 0.9;

export const accountFindings = (use: AccountUse | undefined): Finding[] =>
  Object.entries(QUOTAS).flatMap(([name, { most, of }]) => {
    const count = use?.[name as keyof AccountUse] ?? 0;
    if (count < most * NEAR) return [];
    return [
      finding(
        'CLOUDFRONT_QUOTA',
        `This new site comes to ${count} others; CloudFront's quota of ${of} is ${most}, unless it was raised.`,
      ),
    ];
  });
