import { withRules } from '../rules/with-rules.ts';
import { loadSettings } from '../shared/settings.ts';
import { createStaticSite } from './handler.ts';

const settings = await loadSettings(import.meta.url);
const site = createStaticSite(settings);

export const handler = withRules(site.handler, settings, site.notFound);
