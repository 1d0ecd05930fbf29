import type { Incremental } from '../../isr/incremental.ts';
import type { Bucket } from '../../shared/bucket.ts';
import type { Settings } from '../../shared/settings.ts';
import { loadAdapter } from './adapter/index.ts';
import { loadServerClass } from './server-class.ts';
import type { Renderer } from './strategy.ts';

/** By the strategy that the build wrote down. */
export function loadRenderer(
  functionFolder: string,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Renderer {
  const { strategy } = settings.edge;
  return strategy.kind === 'adapter'
    ? loadAdapter(functionFolder, strategy, settings, bucket)
    : loadServerClass(functionFolder, strategy, settings, bucket, incremental);
}
