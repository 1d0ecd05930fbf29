/** What `serverless package` makes is what CloudFormation takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import aslValidator from 'asl-validator';
import { STEPS } from '../../domain/deployment.ts';
import { regenerationMetrics } from '../../edge/regeneration/metrics.ts';
import { webhookMetrics } from '../../functions/receive-webhook/metrics.ts';
import { metricLines } from '../../lifecycle/metrics.ts';
import { packageControlPlane } from '../../scripts/package.ts';
import { checkTemplate, type Template } from '../support/check-template.ts';
import { readZip } from '../support/zip.ts';

let template: Template;
let artifacts: string;

interface Dimension {
  Name: string;
  Value: string;
}

/** Dimensions and name of each metric that functions write. */
function writtenMetrics(): Set<string> {
  const at = '2026-11-20T10:00:00Z';
  const ended = { status: 'succeeded', createdAt: at, startedAt: at, finishedAt: at } as const;
  const timeline = [{ step: 'Build', status: 'succeeded', startedAt: at, finishedAt: at, figures: {} } as const];
  const lines = [
    ...metricLines('dev', ended, timeline, 1),
    webhookMetrics({ status: 202, body: { accepted: 1 } }, 1, 'dev', 1),
    ...[true, false].map((rendered) =>
      regenerationMetrics({ stage: 'dev', site: 'shop-main', rendered, sentAt: 1, at: 2 }),
    ),
  ] as { _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] } }[];
  return new Set(
    lines
      .flatMap(({ _aws }) => _aws.CloudWatchMetrics)
      .flatMap(({ Dimensions, Metrics }) =>
        Dimensions.flatMap((dimensions) => Metrics.map(({ Name }) => [...dimensions, Name].join(' '))),
      ),
  );
}

beforeAll(async () => {
  const packaged = await packageControlPlane();
  template = JSON.parse(readFileSync(packaged.template, 'utf8'));
  artifacts = packaged.artifacts;
});

test('the template has no error against the CloudFormation resource specification', async () => {
  expect(await checkTemplate(template)).toEqual([]);
});

test('the check finds what is wrong', async () => {
  const broken = structuredClone(template);
  broken.Resources.Table!.Properties!.BillingMoode = 'PAY_PER_REQUEST';
  delete broken.Resources.BuildProject!.Properties!.Artifacts;
  broken.Resources.Odd = { Type: 'AWS::Nowhere::Thing' };
  broken.Resources.EventBus!.Properties!.Name = { Ref: 'Nobody' };
  const errors = await checkTemplate(broken);
  expect(errors).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Table\.BillingMoode: unknown property/),
      expect.stringMatching(/^BuildProject: missing Artifacts/),
      expect.stringMatching(/^Odd: unknown type/),
      expect.stringMatching(/Ref to unknown Nobody/),
    ]),
  );
});

test.each(['Deploy', 'Promote', 'Teardown'])('asl-validator accepts the machine %s', (machine) => {
  const { DefinitionString } = template.Resources[`${machine}StateMachine`]!.Properties as {
    DefinitionString: { 'Fn::Sub': [string, object] };
  };
  const definition = JSON.parse(
    DefinitionString['Fn::Sub'][0].replace(/\$\{[^}]+\}/g, 'arn:aws:lambda:us-east-1:111122223333:function:x'),
  );
  const { isValid, errorsText } = aslValidator(definition, { checkPaths: true, checkArn: false });
  expect(isValid ? '' : errorsText()).toBe('');
});

test('every log group has a retention, every event rule a dead-letter queue, every function a role of its own', () => {
  const of = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  const without = (type: string, has: (properties: Record<string, unknown>) => unknown) =>
    of(type)
      .filter(([, { Properties = {} }]) => !has(Properties))
      .map(([id]) => id);
  expect(without('AWS::Logs::LogGroup', ({ RetentionInDays }) => RetentionInDays)).toEqual([]);
  expect(
    without('AWS::Events::Rule', ({ Targets }) =>
      (Targets as { DeadLetterConfig?: object }[]).every((target) => target.DeadLetterConfig),
    ),
  ).toEqual([]);
  const roles = of('AWS::Lambda::Function').map(([, { Properties }]) => JSON.stringify(Properties?.Role));
  expect(new Set(roles).size).toBe(roles.length);
});

test('no state of a deployment may delete anything: what old releases need stays until prune', () => {
  const actionsOf = (name: string) => {
    const role = template.Resources[`${name}IamRoleLambdaExecution`]?.Properties?.Policies;
    return JSON.stringify(role).match(/"[a-z0-9]+:[A-Z][A-Za-z]*"/g) ?? [];
  };
  const isDeleting = (action: string) => action.includes(':Delete');
  // CodeBuild's is the build's own role.
  for (const step of STEPS.filter((one) => one !== 'Build')) {
    expect([step, actionsOf(step).length > 0]).toEqual([step, true]);
    expect([step, actionsOf(step).filter(isDeleting)]).toEqual([step, []]);
  }
  expect(actionsOf('Prune').filter(isDeleting)).not.toEqual([]);
});

test('the dashboard is JSON once its variables are there, and every alarm has a metric that is counted', () => {
  const { DashboardBody } = template.Resources.Dashboard!.Properties as { DashboardBody: { 'Fn::Sub': string } };
  const { widgets } = JSON.parse(DashboardBody['Fn::Sub'].replace(/\$\{AWS::Region\}/g, 'us-east-1'));
  const shown = JSON.stringify(widgets);
  expect(widgets.length).toBeGreaterThan(5);
  expect(shown).not.toContain('${');
  const alarms = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const own = alarms.filter(({ Properties }) => Properties?.Namespace === 'Towpath');
  expect(alarms.length).toBeGreaterThan(5);
  for (const { Properties } of own) expect(shown).toContain(`"${Properties?.MetricName}"`);
  // What the functions' log lines make of themselves.
  const emitted = writtenMetrics();
  for (const { Properties } of own) {
    const { Dimensions, MetricName } = Properties as { Dimensions: { Name: string }[]; MetricName: string };
    expect(emitted).toContain([...Dimensions.map(({ Name }) => Name), MetricName].join(' '));
  }
  const plotted = [...shown.matchAll(/\["Towpath","(\w+)","Stage"/g)].map(([, name]) => `Stage ${name}`);
  const searched = [...shown.matchAll(/\{Towpath,([\w,]+)\} MetricName=\\"(\w+)/g)].map(
    ([, dimensions, name]) => `${dimensions?.replaceAll(',', ' ')} ${name}`,
  );
  // All of them, and no other.
  expect([...new Set([...plotted, ...searched])].sort()).toEqual([...emitted].sort());
  const functions = Object.values(template.Resources).map(({ Properties }) => Properties?.FunctionName);
  type Watched = { Dimensions?: Dimension[]; Metrics?: { MetricStat?: { Metric: { Dimensions: Dimension[] } } }[] };
  const watched = alarms.flatMap(({ Properties }) => {
    const { Dimensions = [], Metrics = [] } = Properties as Watched;
    return [...Dimensions, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])];
  });
  expect(watched).toContainEqual({ Name: 'FunctionName', Value: 'towpath-control-dev-reconcile' });
  for (const { Name, Value } of watched) if (Name === 'FunctionName') expect(functions).toContain(Value);
});

test('two stages of one account share no name: each that the template gives has the stage in it', () => {
  const NAMES = /^(Name|(Function|Role|Queue|Table|LogGroup|StateMachine|Bucket|Alarm)Name)$/;
  const named = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    const parts = [Properties, ...Object.values(Properties).filter((value) => typeof value === 'object')];
    return parts.flatMap((part) =>
      Object.entries(part as object)
        .filter(([key]) => NAMES.test(key))
        .map(([key, name]) => ({ of: `${id} (${Type}) ${key}`, name: JSON.stringify(name) })),
    );
  });
  expect(named.length).toBeGreaterThan(50);
  // What names another resource says whose it is by a reference.
  const anonymous = named.filter(({ name }) => !/\bdev\b/.test(name) && !/"(Ref|Fn::GetAtt)"/.test(name));
  expect(anonymous).toEqual([]);
});

test('no function starts with what only makes it slow: all that fetch needs, and the languages of zod', async () => {
  const zips = readdirSync(artifacts).filter((name) => name.endsWith('.zip'));
  expect(zips.length).toBeGreaterThan(20);
  for (const zip of zips) {
    const files = Object.entries(await readZip(readFileSync(join(artifacts, zip))));
    const bundles = files.filter(([name]) => /^functions\/[^/]+\/index\.mjs$/.test(name));
    expect([zip, bundles.length]).toEqual([zip, 1]);
    const code = bundles.map(([, { text }]) => text).join('');
    expect([zip, code.match(/^import .* from ["']node:(?!module).*/gm)]).toEqual([zip, null]);
    expect([zip, code.match(/Ung(?:ü|\\xFC)ltige Eingabe/)]).toEqual([zip, null]);
  }
});
