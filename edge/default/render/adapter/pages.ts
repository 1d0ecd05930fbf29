/** Pages of Next 16: answered for a visitor by their outputs, and rendered for all others by the same. */
import type { AdapterStrategy } from '../../../../domain/routing.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import type { Settings } from '../../../shared/settings.ts';
import { type CachedPages, createCachedPages } from '../next-cache/cached-pages.ts';
import { createOnDemandRevalidation } from '../next-cache/on-demand-revalidation.ts';
import { pageAnswers } from '../next-cache/page-answers.ts';
import { previewModeId } from '../next-cache/preview.ts';
import type { FileAnswers } from '../routing/files.ts';
import type { Pages } from '../routing/renderer.ts';
import { createRouter, type Places } from '../routing/router.ts';
import { createOutputs, type LoadOutput } from './outputs.ts';

interface PagesPorts {
  load: LoadOutput;
  files: FileAnswers;
  incremental: Incremental;
  distFolder: string;
  places: Places;
}

export function createPages(
  strategy: AdapterStrategy,
  settings: Settings,
  { load, files, incremental, distFolder, places }: PagesPorts,
): { outputs: Pages; pages: CachedPages } {
  // A page's own address is asked for: no middleware leads elsewhere.
  const router = createRouter(places, settings, undefined);
  const revalidation = createOnDemandRevalidation(settings, incremental, () => pages);
  const outputs = createOutputs(strategy, settings, load, files, revalidation);
  const isWithData = (pathname: string) => /\/server\/pages\//.test(strategy.outputs[pathname]?.file ?? '');
  const answers = pageAnswers(router, outputs, isWithData);
  const pages = createCachedPages(answers, settings, incremental, previewModeId(distFolder));
  return { outputs, pages };
}
