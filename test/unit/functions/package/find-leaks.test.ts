import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { findLeaks, refuseLeaks, searchStream, spellingsOf } from '../../../../functions/package/find-leaks.ts';

const SECRET = 'p"ss <w&rd>/ü';
const bundleOf = (files: Record<string, string>) => ({
  entries: new Map(Object.keys(files).map((path) => [path, { bytes: 0, compressedBytes: 0, isLink: false }])),
  stream: async (path: string) => Readable.from([Buffer.from(files[path] ?? '')]),
});

test('a value is found however scripts, JSON, HTML and addresses spell it', async () => {
  const json = JSON.stringify({ a: SECRET });
  const leaks = await findLeaks(
    bundleOf({
      'static/_next/static/a.js': `const a='${SECRET}'`,
      'static/_next/static/b.js': json,
      'prerendered/index.html': json.replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026'),
      'prerendered/flight.html': `push([1,${JSON.stringify(json).replace(/</g, '\\u003c').replace(/>/g, '\\u003e').replace(/&/g, '\\u0026')}])`,
      'public/page.html': '<p>p&quot;ss &lt;w&amp;rd&gt;/ü</p>',
      'public/link.html': `<a href="/?a=${encodeURIComponent(SECRET)}">`,
      'static/_next/static/c.js': `atob("${Buffer.from(SECRET).toString('base64')}")`,
      'static/_next/static/clean.js': 'const a = process.env.A',
      'static/_next/static/clean.js.map': JSON.stringify({ sourcesContent: [`const a = ${JSON.stringify(SECRET)}`] }),
      'functions/default/server.js': SECRET,
    }),
    new Map([['PASSWORD', SECRET]]),
  );
  expect(leaks.map(({ file }) => file)).toEqual([
    'prerendered/flight.html',
    'prerendered/index.html',
    'public/link.html',
    'public/page.html',
    'static/_next/static/a.js',
    'static/_next/static/b.js',
    'static/_next/static/c.js',
    'static/_next/static/clean.js.map',
  ]);
});

test('the refusal names file and variable, and never the value', async () => {
  const refused = refuseLeaks(bundleOf({ 'public/a.txt': 'correct horse' }), new Map([['TOKEN', 'correct horse']]));
  const error = await refused.catch((thrown) => thrown);
  expect(error).toMatchObject({
    name: 'SECRET_IN_CLIENT_FILE',
    message: expect.stringContaining('public/a.txt holds'),
  });
  expect(error.message).toContain('TOKEN');
  expect(JSON.stringify(error) + error.message).not.toContain('correct horse');
});

test('a value across the border of two chunks, wherever the border is', async () => {
  const text = Buffer.from(`before correct horse after`);
  const needles = spellingsOf('correct horse').map((spelling) => ({ variable: 'TOKEN', spelling }));
  for (let border = 1; border < text.length; border++) {
    const chunks = [text.subarray(0, border), text.subarray(border)];
    expect(await searchStream(Readable.from(chunks), needles)).toBe('TOKEN');
  }
  expect(await searchStream(Readable.from([Buffer.from('correct'), Buffer.from(' cow')]), needles)).toBeUndefined();
});

test('without secrets nothing is read', async () => {
  const bundle = bundleOf({ 'public/a.txt': 'a' });
  const stream = () => Promise.reject(new Error('read'));
  expect(await findLeaks({ ...bundle, stream }, new Map())).toEqual([]);
});
