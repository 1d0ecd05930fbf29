/** Names of sites and of what they own, for any branch: within AWS's limits, and never two for one. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppId, resourceNames, SITE_FUNCTIONS, SiteId, siteIdOf } from '../../../domain/site.ts';

const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const app = fc.stringMatching(/^[a-z][a-z0-9-]{0,23}$/);
const branch = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('-')),
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  fc.constantFrom('🚀', 'release/🚀', 'x'.repeat(200), 'Main', 'main', 'abc123', 'pull/7', '-', 'ÄÖ'),
);
const deployer = fc.record({
  stage: fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/),
  accountId: fc.stringMatching(/^\d{12}$/),
  region: fc.constantFrom('us-east-1', 'eu-south-1', 'ap-southeast-2'),
});

test('every site has a name, and its parts have names that AWS takes', () => {
  fc.assert(
    fc.property(app, branch, deployer, (ofApp, ofBranch, where) => {
      expect(AppId.safeParse(ofApp).success).toBe(true);
      const site = siteIdOf(ofApp, ofBranch);
      expect(SiteId.safeParse(site).success).toBe(true);
      const { bucket, functionRole, buildRole, functionName, regenerationQueue } = resourceNames(where, site);
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      expect(bucket).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      for (const role of [functionRole, buildRole]) expect(role).toMatch(/^[\w+=,.@-]{1,64}$/);
      // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
      for (const name of SITE_FUNCTIONS) expect(functionName(name)).toMatch(/^[\w-]{1,64}$/);
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
      expect(regenerationQueue).toMatch(/^[\w-]{1,75}\.fifo$/);
    }),
    { numRuns: 300 },
  );
});

test('two branches, of one app or of two, never share a site', () => {
  const pair = fc.tuple(app, branch);
  fc.assert(
    fc.property(pair, pair, ([app1, branch1], [app2, branch2]) => {
      fc.pre(app1 !== app2 || branch1 !== branch2);
      expect(siteIdOf(app1, branch1)).not.toBe(siteIdOf(app2, branch2));
    }),
    { numRuns: 500 },
  );
  // Wherever the dash is.
  fc.assert(
    fc.property(fc.array(part, { minLength: 3, maxLength: 4 }), (parts) => {
      const cuts = parts
        .slice(1)
        .map((_, at) => [`a${parts.slice(0, at + 1).join('-')}`, parts.slice(at + 1).join('-')]);
      const sites = cuts.map(([ofApp = '', ofBranch = '']) => siteIdOf(ofApp, ofBranch));
      expect(new Set(sites).size).toBe(cuts.length);
    }),
  );
});

test('two stages of one account share nothing, whatever their sites are called', () => {
  const site = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => `a${parts.join('-')}`);
  const stage = fc.stringMatching(/^[a-z][a-z0-9]{0,2}$/);
  fc.assert(
    fc.property(stage, stage, site, site, (one, other, siteOne, siteOther) => {
      fc.pre(one !== other);
      const [mine, theirs] = [
        [one, siteOne],
        [other, siteOther],
      ].map(([ofStage = '', ofSite = '']) => {
        const where = { stage: ofStage, accountId: '111122223333', region: 'us-east-1' };
        const { functionName, rolePath, ...names } = resourceNames(where, ofSite);
        return new Set([...Object.values(names), ...SITE_FUNCTIONS.map(functionName)]);
      });
      expect([...mine!].filter((name) => theirs!.has(name))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('two stages, accounts or Regions never share a bucket', () => {
  fc.assert(
    fc.property(deployer, deployer, part, (one, other, site) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(resourceNames(one, `a${site}`).bucket).not.toBe(resourceNames(other, `a${site}`).bucket);
    }),
  );
});
