/** An example app, deployed by a push, and a visitor's browser on it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/browser.ts';
import { beginJourney, deployFolder, makeRepository } from '../../support/journey.ts';

export interface Visit {
  /** The site's URL, without a slash at the end. */
  site: string;
  page: Page;
  /** What the browser complained of: failed requests, console errors, exceptions. */
  complaints(): Promise<string[]>;
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

interface Complaint {
  text: string;
  /** Of the page that was shown then. */
  url: string;
}

function listenTo(page: Page): Complaint[] {
  const complaints: Complaint[] = [];
  const hear = (text: string) => complaints.push({ text, url: page.url() });
  page.on('pageerror', (error) => hear(`exception: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && hear(`console: ${message.text()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) hear(`${response.status()}: ${response.url()}`);
  });
  return complaints;
}

/** What React before 19.3 says now and then of the right page, with `next start` too: https://github.com/react/react/issues/37584 */
const MISMATCH = /Minified React error #418;.*args\[\]=HTML/;
const LOADS = 3;

/** A page that really is not what React expects is none on every load. */
async function isOnEveryLoad({ text, url }: Complaint, context: BrowserContext): Promise<boolean> {
  const page = await context.newPage();
  try {
    for (let load = 1; load <= LOADS; load += 1) {
      const complaints = listenTo(page);
      await page.goto(url, { waitUntil: 'networkidle' });
      if (!complaints.some((complaint) => complaint.text === text)) return false;
    }
    return true;
  } finally {
    await page.close();
  }
}

async function weigh(complaints: Complaint[], context: BrowserContext): Promise<string[]> {
  const kept: string[] = [];
  for (const complaint of complaints) {
    if (MISMATCH.test(complaint.text) && !(await isOnEveryLoad(complaint, context))) continue;
    kept.push(`${complaint.url}: ${complaint.text}`);
  }
  return kept;
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
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  const complaints = listenTo(page);
  const screenshots = process.env.TOWPATH_SCREENSHOTS;
  if (screenshots) mkdirSync(screenshots, { recursive: true });
  return {
    site: report.url ?? '',
    page,
    complaints: () => weigh(complaints, context),
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
