import { createBucket } from '../shared/bucket.ts';
import { type ImageSettings, readSettings } from '../shared/settings.ts';
import { createImageHandler } from './handler.ts';
import { transform } from './transform.ts';

const settings = readSettings<ImageSettings>(import.meta.url);

export const handler = createImageHandler({
  settings,
  bucket: createBucket(settings.bucket, settings.bucketRegion),
  transform,
});
