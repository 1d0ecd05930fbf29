/** An example app, deployed by a push, and a visitor's browser on it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.ts';
import { beginJourney, deployFolder, makeRepository } from '../../support/journey.ts';

export interface Visit {
  /** The site's URL, without a slash at the end. */
  site: string;
  page: Page;
  /** What the browser complained of: failed requests, console errors, exceptions. */
  complaints: string[];
  /** Keeps a screenshot where TOWPATH_SCREENSHOTS names a folder, for a look. */
  shoot(name: string): Promise<void>;
  end(): Promise<void>;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

async function openPage(browser: Browser, complaints: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return page;
}

/**
 * @param name folder below examples/
 * @param environment the app's variables
 */
export async function beginVisit(name: string, environment: Record<string, string> = {}): Promise<Visit> {
  const journey = await beginJourney();
  const repository = await makeRepository(join(journey.folder, name), name);
  const report = await deployFolder(journey, repository, { app: name, environment });
  if (report.status !== 'succeeded') throw new Error(report.shown.join('\n'));
  const browser = await chromium.launch({ executablePath: findBrowser(), args: FLAGS });
  const complaints: string[] = [];
  const page = await openPage(browser, complaints);
  const screenshots = process.env.TOWPATH_SCREENSHOTS;
  if (screenshots) mkdirSync(screenshots, { recursive: true });
  return {
    site: report.url ?? '',
    page,
    complaints,
    async shoot(label) {
      if (screenshots) await page.screenshot({ path: join(screenshots, `${name}-${label}.png`) });
    },
    async end() {
      await browser.close();
      await journey.end();
    },
  };
}

/** Until every image of next/image is decoded. Runs in the browser, so it is text: this program has no DOM. */
export const untilImagesAreShown = (page: Page) =>
  page.waitForFunction("[...document.images].some((i) => i.currentSrc.includes('/_next/image') && i.naturalWidth > 1)");

/** Marks the document, and tells afterwards whether it is still the same: then navigation was the client's. */
export async function markDocument(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => Object.assign(globalThis, { isMarked: true }));
  return () => page.evaluate(() => (globalThis as { isMarked?: boolean }).isMarked === true);
}
