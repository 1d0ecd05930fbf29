import { createBucket } from '../shared/bucket.ts';
import { loadSettings } from '../shared/settings.ts';
import { createImageHandler } from './handler.ts';
import { transform } from './transform.ts';

const settings = await loadSettings(import.meta.url);

export const handler = createImageHandler({
  settings,
  bucket: createBucket(settings.bucket, settings.bucketRegion),
  transform,
});
