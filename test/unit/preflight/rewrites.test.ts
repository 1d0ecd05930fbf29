import { expect, test } from '@jest/globals';
import { readRules, readRulesFile } from '../../../preflight/rewrites.ts';

const problemOf = (rules: unknown) => {
  const read = readRules(rules);
  return 'problem' in read ? read.problem.message : undefined;
};
const redirect = (source: string, target: string, more: object = {}) => ({ source, target, status: '301', ...more });

test('a list as Amplify exports it', () => {
  const text =
    '[\r\n  {"source": "/a", "status": "302", "target": "/b", "condition": "<US>"},\r\n  {"source": "/<*>", "status": "404-200", "target": "/index.html", "condition": null}\r\n]';
  expect(readRulesFile(`\uFEFF${text}`)).toEqual({
    rules: [
      { source: '/a', target: '/b', status: '302', country: 'US' },
      { source: '/<*>', target: '/index.html', status: '404-200' },
    ],
  });
});

test.each([
  [[redirect('/a', '/b', { status: '308' })], 'status'],
  [[redirect('/a', '/b', { condition: 'US' })], 'country in angle brackets'],
  [[redirect('/a', '/b', { targets: '/c' })], 'targets'],
  [[redirect('a', '/b')], 'starts with /'],
  [[redirect('/a', 'javascript:alert(1)')], 'starts with /'],
  [[redirect('/a', '/b\r\nset-cookie: a=b')], 'line break'],
  [[redirect('/a/<x>', 'https://<x>.example.com/')], 'placeholder in its host'],
  [[redirect('/a/<*>', 'https://example.com<*>')], 'placeholder in its host'],
  [[redirect('/a/<*>/b/<*>', '/c')], 'more than one <*>'],
  [[redirect('/a/<*>/b', '/c')], 'before its end'],
  [[redirect('/<x>/<x>', '/c')], 'twice'],
  [[redirect('/a', '/<x>')], 'which its source has not'],
  [[redirect('/a', 'https://b.example', { status: '404' })], 'another site'],
  [[redirect('</(/>', '/c')], 'no regular expression'],
  [[redirect('</^(a+)+$/>', '/c')], 'run for ever'],
  [[redirect('</^/(([a-z])+.)+[A-Z]([a-z])+$/>', '/c')], 'run for ever'],
  // The rule that the guide's troubleshooting speaks of: "Your app is missing the rewrite rule for CloudFront SSR distributions".
  [
    [{ source: '/<*>', target: 'https://d111111abcdef8.cloudfront.net/<*>', status: '200', condition: null }],
    'it sends every page to d111111abcdef8.cloudfront.net',
  ],
  [{ source: '/a' }, 'list'],
])('%j is refused', (rules, why) => expect(problemOf(rules)).toContain(why));

test.each([
  [[redirect('/a', '/a')]],
  [[redirect('/a', '/b'), redirect('/b', '/a')]],
  [[redirect('/<*>', '/more/<*>')]],
  [[redirect('/x/<id>', '/y/<id>'), redirect('/y/<*>', '/x/<*>')]],
  [[redirect('https://a.example', 'https://b.example'), redirect('https://b.example', 'https://a.example')]],
  [[redirect('</^/old.*$/>', '/older')]],
  [[redirect('/<*>', 'https://a.example/x/<*>'), redirect('https://a.example/old', '/')]],
])('%j goes in a circle', (rules) => expect(problemOf(rules)).toContain('circle'));

test.each([
  [[redirect('/a', '/b'), redirect('/b', '/c')]],
  [[redirect('https://a.example', 'https://www.a.example')]],
  [[{ ...redirect('/<*>', '/index.html'), status: '200' }]],
  [[{ ...redirect('/media/<*>', 'https://d111111abcdef8.cloudfront.net/<*>'), status: '200' }]],
  [[redirect('/<*>', 'https://d111111abcdef8.cloudfront.net/<*>')]],
  [[redirect('/<*>', 'https://new.example/blog/<*>')]],
  [[redirect('/<*>', 'https://www.a.example/<*>'), redirect('https://a.example', 'https://www.a.example')]],
  [[redirect('/a', '/b'), { ...redirect('/b', '/a'), status: '200' }]],
])('%j is taken', (rules) => expect(problemOf(rules)).toBeUndefined());

test('the line is told', () => {
  const text = `[
  { "source": "/a", "target": "/b", "status": "301" },

  { "source": "</^(a+)+$/>", "target": "/c", "status": "301" }
]`;
  expect(readRulesFile(text)).toMatchObject({ problem: { rule: 2, line: 4 } });
  expect(readRulesFile('[\n  {"source": \n]')).toMatchObject({
    problem: { line: 2, message: expect.stringContaining('no JSON') },
  });
  expect(readRulesFile('[{"source": "/a", "target": "/b"}]')).toMatchObject({ problem: { line: 1 } });
});
