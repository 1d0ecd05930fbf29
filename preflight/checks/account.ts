/** Whether the account has room for one more site. A quota may have been raised: only CloudFront itself refuses. */
import type { AccountUse } from '../account.ts';
import { type Finding, finding } from '../finding.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, as they are unless raised */
const MAX_DISTRIBUTIONS = 500;
const MAX_SHARING = 100;
const NEAR = 0.9;

export function accountFindings(use: AccountUse | undefined): Finding[] {
  if (!use) return [];
  const { distributions, sites, pools } = use;
  const quotas = [
    { count: distributions, most: MAX_DISTRIBUTIONS, of: 'distributions of an account' },
    {
      count: sites,
      most: pools * MAX_SHARING,
      of: `distributions that share policies, viewer functions and access controls, of which this stage has ${pools === 1 ? 'one set' : `${pools} sets`},`,
    },
  ];
  return quotas
    .filter(({ count, most }) => count >= most * NEAR)
    .map(({ count, most, of }) =>
      finding(
        'CLOUDFRONT_QUOTA',
        `This new site comes to ${count} others; CloudFront's quota of ${of} is ${most}, unless it was raised.`,
      ),
    );
}
