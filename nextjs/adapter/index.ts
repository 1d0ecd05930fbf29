/**
 * What `next build` calls when NEXT_ADAPTER_PATH names this file (Next 16): writes down what the build made, for the
 * collector. https://nextjs.org/docs/app/api-reference/config/next-config-js/adapterPath
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { OUTPUTS_FILE } from './outputs.ts';

interface BuildContext {
  distDir: string;
  [key: string]: unknown;
}

interface Configuration {
  deploymentId?: string;
  experimental?: { adapterPath?: string };
  generateBuildId?: unknown;
  [key: string]: unknown;
}

const asJson = (_: string, value: unknown) => {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value instanceof RegExp ? value.source : value;
};

/**
 * Next 16.0 and 16.1 compile each page for a platform that does half of Next's work ("minimal mode") where an adapter is
 * configured. Who compiles reads the configuration for itself, in a worker; who calls the adapter in the end has its own.
 */
function withoutMinimalMode(config: Configuration): Configuration {
  const { adapterPath, ...experimental } = config.experimental ?? {};
  const isCompiling = !isMainThread || process.env.NEXT_PRIVATE_BUILD_WORKER !== undefined;
  return adapterPath !== undefined && isCompiling ? { ...config, experimental } : config;
}

/** With a deployment id, Next makes all build ids alike; ours tell the releases of a site apart. */
function withBuildId(config: Configuration): Configuration {
  if (!config.deploymentId) return config;
  const buildId = randomBytes(12).toString('hex');
  return { ...config, generateBuildId: () => buildId };
}

export default {
  name: 'towpath',
  modifyConfig(config: Configuration, { phase }: { phase: string }): Configuration {
    return phase === 'phase-production-build' ? withoutMinimalMode(withBuildId(config)) : config;
  },
  onBuildComplete(context: BuildContext): void {
    const file = join(context.distDir, OUTPUTS_FILE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(context, asJson));
  },
};
