import { fileURLToPath } from 'node:url';
import { loadRenderer } from '../default/render/load.ts';
import { createIncremental } from '../isr/incremental.ts';
import { createBucket } from '../shared/bucket.ts';
import { loadSettings } from '../shared/settings.ts';
import { createRegeneration } from './handler.ts';

const settings = await loadSettings(import.meta.url);
const bucket = createBucket(settings.bucket, settings.bucketRegion);
const incremental = createIncremental(settings, bucket);
const functionFolder = fileURLToPath(new URL('.', import.meta.url));
const { pages, queue, purge, now } = incremental;
const { regeneration } = settings;
if (!queue || !regeneration)
  throw new Error('This release has no queue of stale pages, so nothing can be regenerated.');

export const handler = createRegeneration(
  { ...settings, stage: regeneration.stage },
  {
    pages,
    queue,
    purge,
    now,
    loadRenderer: () => loadRenderer(functionFolder, settings, bucket, incremental),
  },
);
