import { fileURLToPath } from 'node:url';
import { createIncremental } from '../isr/incremental.ts';
import { withRules } from '../rules/with-rules.ts';
import { createBucket } from '../shared/bucket.ts';
import { loadSettings } from '../shared/settings.ts';
import { createHandler } from './handler.ts';
import { loadRenderer } from './render/load.ts';

const settings = await loadSettings(import.meta.url);
const bucket = createBucket(settings.bucket, settings.bucketRegion);
const incremental = createIncremental(settings, bucket);
const functionFolder = fileURLToPath(new URL('.', import.meta.url));

const ofNext = createHandler(settings, {
  bucket,
  incremental,
  loadRenderer: () => loadRenderer(functionFolder, settings, bucket, incremental),
});

export const handler = withRules(ofNext, settings);
