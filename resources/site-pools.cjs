/**
 * What sites share at the edge (edge.yml), once for each hundred of them: CloudFront lets 100 distributions share a policy, an access
 * control or a viewer function. `site-pools` (`params` of serverless.yml) says how many sets there are; PrepareSite puts a new site into
 * the first that CloudFront has room in. An account has 20 cache policies: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const MOST = 6;

const isObject = (value) => typeof value === 'object' && value !== null;

/** The same with `-2` behind its name, wherever that is among its properties. */
const renamed = (properties, suffix) =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      if (key === 'Name') return [key, `${value}${suffix}`];
      return [key, key.endsWith('Config') && isObject(value) ? renamed(value, suffix) : value];
    }),
  );

/** Its id as UpdateDistribution needs it: of functions the ARN. */
const idOf = (name, { Type }) =>
  Type === 'AWS::CloudFront::Function' ? { 'Fn::GetAtt': [name, 'FunctionARN'] } : { Ref: name };

module.exports = async ({ resolveVariable }) => {
  const asked = await resolveVariable('param:site-pools');
  const pools = Number(asked);
  if (!Number.isInteger(pools) || pools < 1 || pools > MOST)
    throw new Error(`site-pools is a number from 1 to ${MOST}, not "${asked}"`);
  const { Resources: first } = await resolveVariable('file(resources/edge.yml)');
  const parts = Object.entries(first);
  const numbers = Array.from({ length: pools }, (_, index) => (index === 0 ? '' : String(index + 1)));
  return {
    count: String(pools),
    resources: {
      Resources: Object.fromEntries(
        numbers.flatMap((number) =>
          parts.map(([name, { Type, Properties }]) => [
            `${name}${number}`,
            { Type, Properties: number === '' ? Properties : renamed(Properties, `-${number}`) },
          ]),
        ),
      ),
    },
    /** Of each part the ids in all pools, in order. */
    ids: Object.fromEntries(
      parts.map(([name, part]) => [
        name,
        { 'Fn::Join': [',', numbers.map((number) => idOf(`${name}${number}`, part))] },
      ]),
    ),
  };
};
