/** A visitor's browser on a deployed app router: client navigation, an intercepted page, server actions, middleware. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { beginVisit, markDocument, untilImagesAreShown, type Visit } from './support/visit.ts';

let visit: Visit;

beforeAll(async () => {
  visit = await beginVisit('next-15');
}, 600_000);

afterAll(() => visit?.end());

test('the home page is shown, with its image decoded', async () => {
  const { page, site, shoot } = visit;
  await page.goto(site, { waitUntil: 'networkidle' });
  await untilImagesAreShown(page);
  await shoot('home');
  expect(await page.title()).toBe('Tidewrack Museum');
});

test('links navigate on the client; a find is shown above the shelf, and by its own page when loaded', async () => {
  const { page, site, shoot } = visit;
  const isSameDocument = await markDocument(page);
  await page.getByRole('link', { name: 'Finds', exact: true }).click();
  await page.waitForURL(`${site}/finds`);
  await page.getByRole('link', { name: 'Glass float' }).click();
  await page.locator('dialog#label').waitFor();
  expect(page.url()).toBe(`${site}/finds/float`);
  expect(await page.getByRole('heading', { name: 'Finds' }).isVisible()).toBe(true);
  expect(await isSameDocument()).toBe(true);
  await shoot('above-the-shelf');
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('heading', { name: 'Glass float' }).waitFor();
  expect(await page.locator('dialog#label').count()).toBe(0);
  await shoot('own-page');
});

test('server actions: one answers with a value, one sets a cookie and redirects', async () => {
  const { page, site, shoot } = visit;
  await page.goto(`${site}/keeper`, { waitUntil: 'networkidle' });
  const isSameDocument = await markDocument(page);
  await page.locator('#scale input[name="pebbles"]').fill('oooo');
  await page.locator('#scale button').click();
  await page.locator('#grams').waitFor();
  expect(await page.locator('#grams').textContent()).toBe('48 g');
  expect(await isSameDocument()).toBe(true);
  await page.locator('#book input[name="entry"]').fill('Two crabs');
  await page.locator('#book button').click();
  await page.waitForURL(`${site}/keeper?written=1`);
  await page.locator('#entry').waitFor();
  expect(await page.locator('#entry').textContent()).toBe('Two crabs');
  expect(await isSameDocument()).toBe(true);
  await shoot('keeper');
});

test('middleware leads on, from a link of the pages router too', async () => {
  const { page, site } = visit;
  await page.goto(`${site}/gate`);
  expect(page.url()).toBe(`${site}/visit?from=gate`);
  expect(await page.locator('#query').textContent()).toBe('{"from":"gate"}');
  await page.goto(`${site}/letters/7`, { waitUntil: 'networkidle' });
  await page.getByRole('link', { name: 'Tidewrack Museum' }).click();
  await page.getByRole('heading', { name: 'Everything here came in on the tide.' }).waitFor();
});

test('nothing failed on the way', async () => {
  expect(await visit.complaints()).toEqual([]);
});
