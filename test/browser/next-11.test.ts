/** A visitor's browser on the deployed example: hydration, client navigation, an image, a form. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginVisit, markDocument, untilImagesAreShown, type Visit } from './support/visit.ts';

let visit: Visit;

beforeAll(async () => {
  visit = await beginVisit('next-11');
}, 600_000);

afterAll(() => visit?.end());

test('the home page is shown, with its image decoded', async () => {
  const { page, site, shoot } = visit;
  await page.goto(site, { waitUntil: 'networkidle' });
  await shoot('home');
  expect(await page.title()).not.toBe('');
  await page.locator('img[src*="/_next/image"]').first().scrollIntoViewIfNeeded();
  await untilImagesAreShown(page);
});

test('links navigate on the client, without loading the page anew', async () => {
  const { page, site, shoot } = visit;
  const isSameDocument = await markDocument(page);
  await page.locator('a[href="/today"]').first().click();
  await page.waitForURL(`${site}/today`);
  await page.locator('#now').waitFor();
  expect(await isSameDocument()).toBe(true);
  await shoot('today');
});

test('a form is posted and its answer shown; the cookie it set is seen by the server', async () => {
  const { page, site, shoot } = visit;
  await page.goto(`${site}/journal`, { waitUntil: 'networkidle' });
  await page.locator('input[name="boat"]').fill('Otter');
  await page.locator('form button').click();
  await page.locator('#saved').waitFor();
  expect(await page.locator('#saved').textContent()).toMatch(/Saved for Otter/);
  await shoot('journal');
  await page.goto(`${site}/today`);
  expect(await page.locator('#boat').textContent()).toBe('Otter');
});

test('scripts that Next.js loads late, and its analytics', async () => {
  const { page, site } = visit;
  await page.goto(`${site}/journal`);
  await page.waitForFunction("document.documentElement.dataset.ink === 'dry'");
  await page.waitForFunction("window.vitals?.includes('TTFB')");
  await page.goBack();
});

test('going back in history restores the page', async () => {
  await visit.page.goBack();
  await visit.page.locator('form').waitFor();
});

test('nothing failed on the way', async () => {
  expect(await visit.complaints()).toEqual([]);
});

test('a page that is not there shows the app’s own 404', async () => {
  const { page, site, shoot } = visit;
  const response = await page.goto(`${site}/no/such/lock`);
  expect(response?.status()).toBe(404);
  await shoot('404');
  expect(await page.locator('h1').first().textContent()).toBeTruthy();
});
