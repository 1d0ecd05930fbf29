import type { Incremental } from '../../isr/incremental.ts';
import type { Bucket } from '../../shared/bucket.ts';
import type { Settings } from '../../shared/settings.ts';
import { loadAdapter } from './adapter/index.ts';
import { loadRoutedServer } from './routed-server.ts';
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
  switch (strategy.kind) {
    case 'adapter':
      return loadAdapter(functionFolder, strategy, settings, bucket, incremental);
    case 'routed-server':
      return loadRoutedServer(functionFolder, strategy, settings, bucket, incremental);
    case 'server-class':
      return loadServerClass(functionFolder, strategy, settings, bucket, incremental);
  }
}
