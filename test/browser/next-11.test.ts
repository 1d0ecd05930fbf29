/** A visitor's browser on the deployed example: hydration, client navigation, an image, a form. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';
import { beginJourney, deployFolder, type Journey, makeRepository } from '../support/journey.ts';

let journey: Journey;
let browser: Browser;
let page: Page;
let site: string;
/** What the browser complained of: failed requests, console errors, exceptions. */
const complaints: string[] = [];
/** Set to keep screenshots, for a look. */
const screenshots = process.env.TOWPATH_SCREENSHOTS;

beforeAll(async () => {
  journey = await beginJourney();
  const report = await deployFolder(journey, await makeRepository(join(journey.folder, 'next-11'), 'next-11'), {
    app: 'next-11',
  });
  if (report.status !== 'succeeded') throw new Error(report.shown.join('\n'));
  site = report.url ?? '';
  browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`));
  page.on(
    'response',
    (response) => response.status() >= 400 && complaints.push(`${response.status()}: ${response.url()}`),
  );
  if (screenshots) mkdirSync(screenshots, { recursive: true });
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await journey?.end();
});

const shoot = (name: string) => screenshots && page.screenshot({ path: join(screenshots, `${name}.png`) });

test('the home page is shown, with its image decoded', async () => {
  await page.goto(site, { waitUntil: 'networkidle' });
  await shoot('home');
  expect(await page.title()).not.toBe('');
  const image = page.locator('img[src*="/_next/image"]').first();
  await image.scrollIntoViewIfNeeded();
  // Runs in the browser, so it is text: this program has no DOM.
  await page.waitForFunction(
    "[...document.images].some((i) => i.currentSrc.includes('/_next/image') && i.naturalWidth > 1)",
  );
});

test('links navigate on the client, without loading the page anew', async () => {
  await page.evaluate(() => Object.assign(globalThis, { stillTheSameDocument: true }));
  await page.locator('a[href="/today"]').first().click();
  await page.waitForURL(`${site}/today`);
  await page.locator('#now').waitFor();
  expect(await page.evaluate(() => (globalThis as { stillTheSameDocument?: boolean }).stillTheSameDocument)).toBe(true);
  await shoot('today');
});

test('a form is posted and its answer shown; the cookie it set is seen by the server', async () => {
  await page.goto(`${site}/journal`, { waitUntil: 'networkidle' });
  await page.locator('input[name="boat"]').fill('Otter');
  await page.locator('form button').click();
  await page.locator('#saved').waitFor();
  expect(await page.locator('#saved').textContent()).toMatch(/Saved for Otter/);
  await shoot('journal');
  await page.goto(`${site}/today`);
  expect(await page.locator('#boat').textContent()).toBe('Otter');
});

test('going back in history restores the page', async () => {
  await page.goBack();
  await page.locator('form').waitFor();
});

test('nothing failed on the way', () => {
  expect(complaints).toEqual([]);
});

test('a page that is not there shows the app’s own 404', async () => {
  const response = await page.goto(`${site}/no/such/lock`);
  expect(response?.status()).toBe(404);
  await shoot('404');
  expect(await page.locator('h1').first().textContent()).toBeTruthy();
});
