import type { Incremental } from '../../isr/incremental.ts';
import type { Bucket } from '../../shared/bucket.ts';
import type { Settings } from '../../shared/settings.ts';
import { answerOwnRequests } from './own-requests.ts';
import type { Renderer } from './strategy.ts';

/** By the strategy that the build wrote down, each in a file of its own: what the bucket answers is answered without any. */
export async function loadRenderer(
  functionFolder: string,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Promise<Renderer> {
  const around = answerOwnRequests(settings);
  const renderer = await loadStrategy(functionFolder, settings, bucket, incremental);
  return { ...renderer, render: around(renderer.render) };
}

async function loadStrategy(
  functionFolder: string,
  settings: Settings,
  bucket: Bucket,
  incremental: Incremental,
): Promise<Renderer> {
  const { strategy } = settings.edge;
  switch (strategy.kind) {
    case 'adapter': {
      const { loadAdapter } = await import('./adapter/index.ts');
      return loadAdapter(functionFolder, strategy, settings, bucket, incremental);
    }
    case 'routed-server': {
      const { loadRoutedServer } = await import('./routed-server.ts');
      return loadRoutedServer(functionFolder, strategy, settings, bucket, incremental);
    }
    case 'server-class': {
      const { loadServerClass } = await import('./server-class.ts');
      return loadServerClass(functionFolder, strategy, settings, bucket, incremental);
    }
  }
}
