import { expect, test } from '@jest/globals';
import { repositoryAt } from '../../../cli/connection.ts';
import { CliError } from '../../../cli/errors.ts';

test.each([
  ['https://github.com/acme/shop', undefined, 'github', 'https://github.com/acme/shop'],
  ['https://github.com/acme/shop.git/', undefined, 'github', 'https://github.com/acme/shop'],
  ['git@github.com:acme/shop.git', undefined, 'github', 'https://github.com/acme/shop'],
  ['ssh://git@gitlab.com/acme/web/shop.git', undefined, 'gitlab', 'https://gitlab.com/acme/web/shop'],
  ['https://bitbucket.org/acme/shop', undefined, 'bitbucket', 'https://bitbucket.org/acme/shop'],
  ['https://codeberg.org/acme/shop?x=1#readme', undefined, 'gitea', 'https://codeberg.org/acme/shop'],
  ['https://emma:secret@git.acme.dev:8443/acme/shop', 'gitea', 'gitea', 'https://git.acme.dev:8443/acme/shop'],
])('%s (%s) is a repository at %s', (given, host, kind, url) => {
  expect(repositoryAt(given, host)).toEqual({ host: kind, name: new URL(url).pathname.slice(1), url });
});

test('a kind of host that there is none of is refused', () => {
  expect(() => repositoryAt('https://git.acme.dev/acme/shop', 'svn')).toThrow('--host takes github');
});

test.each([
  ['https://git.acme.dev/acme/shop', /What is git\.acme\.dev\?/],
  ['https://github.com/acme', /no repository's address/],
  ['acme/shop', /no repository's address/],
  ['file:///etc/passwd', /no repository's address/],
])('%s is refused with what to do', (given, message) => {
  expect(() => repositoryAt(given)).toThrow(CliError);
  expect(() => repositoryAt(given)).toThrow(message);
});
