import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What tells Next that a request comes from itself. Only the build knows it. */
export function previewModeId(distFolder: string): string {
  const manifest = JSON.parse(readFileSync(join(distFolder, 'prerender-manifest.json'), 'utf8'));
  return (manifest as { preview: { previewModeId: string } }).preview.previewModeId;
}
