/**
 * What `next build` calls when NEXT_ADAPTER_PATH names this file (Next 16): writes down what the build made, for the
 * collector. https://nextjs.org/docs/app/api-reference/config/next-config-js/adapterPath
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OUTPUTS_FILE } from './outputs.ts';

interface BuildContext {
  distDir: string;
  [key: string]: unknown;
}

interface Configuration {
  deploymentId?: string;
  generateBuildId?: unknown;
  [key: string]: unknown;
}

const asJson = (_: string, value: unknown) => {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value instanceof RegExp ? value.source : value;
};

export default {
  name: 'towpath',
  /** With a deployment id, Next makes all build ids alike; ours tell the releases of a site apart. */
  modifyConfig(config: Configuration, { phase }: { phase: string }): Configuration {
    if (phase !== 'phase-production-build' || !config.deploymentId) return config;
    const buildId = randomBytes(12).toString('hex');
    return { ...config, generateBuildId: () => buildId };
  },
  onBuildComplete(context: BuildContext): void {
    const file = join(context.distDir, OUTPUTS_FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(context, asJson));
  },
};
