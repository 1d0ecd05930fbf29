import type * as z from 'zod';
import type { EdgeFunctions } from '../../aws/functions.ts';
import type { ReleaseStore } from '../../aws/table/releases.ts';
import { TowpathError } from '../../domain/errors.ts';
import { PipelineState } from '../../domain/pipeline.ts';
import { EDGE_FUNCTIONS, type EdgeFunctionName } from '../../domain/site.ts';
import type { StepResult } from '../../middleware/step.ts';
import { fault, originRequestEvent, PROBES, type Probe, type ProbedSite } from './probes.ts';

export const Input = PipelineState.pick({
  version: true,
  deployment: true,
  site: true,
  package: true,
  functions: true,
});

export interface Ports {
  functions: Pick<EdgeFunctions, 'invoke'>;
  releases: Pick<ReleaseStore, 'get'>;
}

const SMOKE_TEST_FAILED = {
  code: 'SMOKE_TEST_FAILED',
  fault: 'user',
  retryable: false,
  remedy:
    'No visitor met this release. The error and the end of its log are above: look for what the server needs at run time and does not find, such as an environment variable or a file.',
} as const;

async function probeFunction(
  name: EdgeFunctionName,
  arn: string,
  probe: Probe,
  event: object,
  { functions }: Ports,
): Promise<void> {
  const { payload, failed, logTail } = await functions.invoke(arn, event);
  const found = fault(probe, payload, failed);
  if (found === undefined) return;
  throw new TowpathError(
    SMOKE_TEST_FAILED,
    `function ${name} ${found}, asked for ${probe.method} ${probe.path}\n${logTail.trimEnd()}`.trimEnd(),
  );
}

/** Asks the new versions, before any visitor can. */
export async function run(
  { deployment, site, package: packaged, functions }: z.output<typeof Input>,
  ports: Ports,
): Promise<StepResult<{ probes: number }>> {
  const names = EDGE_FUNCTIONS.filter((name) => functions[name] !== undefined);
  if (names.length === 0) return { output: { probes: 0 }, figures: { probes: 0 } };

  const record = await ports.releases.get(deployment.site, packaged.release);
  const { basePath = '', trailingSlash = false } = record ?? {};
  const probed: ProbedSite = {
    release: packaged.release,
    distributionId: site.distributionId,
    distributionDomain: site.distributionDomain,
    bucketDomain: `${site.bucket}.s3.${site.bucketRegion}.amazonaws.com`,
    bucketRegion: site.bucketRegion,
    basePath,
    trailingSlash,
  };
  const counts = await Promise.all(
    names.map(async (name) => {
      // One after the other: the second probe meets a warm function, as most visitors do.
      for (const [index, probe] of PROBES[name].entries()) {
        const event = originRequestEvent(probe, probed, `smoke-${deployment.id}-${name}-${index}`);
        await probeFunction(name, functions[name] as string, probe, event, ports);
      }
      return PROBES[name].length;
    }),
  );
  const probes = counts.reduce((sum, count) => sum + count, 0);
  return { output: { probes }, figures: { probes, functions: names.join(', ') } };
}
