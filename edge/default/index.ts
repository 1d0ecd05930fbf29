import { fileURLToPath } from 'node:url';
import { createBucket } from '../shared/bucket.ts';
import { loadSettings } from '../shared/settings.ts';
import { createHandler } from './handler.ts';
import { loadServerClass } from './render/server-class.ts';

const settings = loadSettings(import.meta.url);
const bucket = createBucket(settings.bucket, settings.bucketRegion);
const functionFolder = fileURLToPath(new URL('.', import.meta.url));

export const handler = createHandler(settings, {
  bucket,
  loadRenderer: () => loadServerClass(functionFolder, settings, bucket),
});
