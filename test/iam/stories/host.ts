/**
 * A repository at a host that asks for a token: connected, pushed to while the host and AWS have their moments, a fork's merge request,
 * a push that nobody told of, and the end of the connection.
 */

import { tinySite } from '../../faults/site.ts';
import { deliver, pushTo } from '../../support/fake-git-host/deliver.ts';
import { newRepository, startFakeGitHost } from '../../support/fake-git-host/index.ts';
import { archiveOf } from '../../unit/functions/detect/support.ts';
import { Broken, type Teller } from '../teller.ts';

const KIND = 'gitlab';
const sha = (digit: string) => digit.repeat(40);

export async function tell({ towpath, app, api, ends, invoke, until }: Teller): Promise<void> {
  const archive = (text: string) => archiveOf(tinySite(text));
  const shop = newRepository('acme/shop', {
    branches: { main: { sha: sha('1'), message: 'first' } },
    archives: { [sha('1')]: await archive('first') },
  });
  const host = await startFakeGitHost('a token of twenty characters', [shop]);
  const told = (what: string, wanted: (last: string) => boolean) =>
    until(what, async () => wanted(JSON.stringify(shop.statuses.at(-1)?.body ?? {})));
  try {
    host.script('status', { status: 429, headers: { 'retry-after': '1' } });
    const repository = host.repository(KIND, shop.name);
    await api('POST', `/apps/${app}/connection`, { repository, token: host.token });
    await ends('the first deployment');
    await told('what the commit is told', (last) => last.includes('is live'));

    const stumble = towpath.cloud.faults.inject({
      way: 'error',
      service: 'states',
      operation: 'StartExecution',
      attempts: 'all',
    });
    await pushTo(host, KIND, shop, {
      branch: 'main',
      sha: sha('2'),
      message: 'second',
      archive: await archive('second'),
    });
    await ends('the second deployment');
    stumble.remove();

    await api('PATCH', `/apps/${app}/pushes`, { previews: 'own' });
    const hook = shop.hooks[0];
    if (!hook) throw new Broken('there is no webhook');
    await deliver(KIND, hook, ofFork(host.url), undefined, 'Merge Request Hook');
    await told('why a fork has no preview', (last) => last.includes('No preview'));

    shop.branches.main = { sha: sha('3'), message: 'third' };
    shop.archives[sha('3')] = await archive('third');
    await invoke('reconcile');
    await ends('the third deployment');
    await api('POST', `/apps/${app}/connection/rotate`, {});
    await api('DELETE', `/apps/${app}/connection`);
  } finally {
    await host.stop();
  }
}

const ofFork = (url: string) => ({
  project: { path_with_namespace: 'acme/shop', web_url: `${url}/acme/shop` },
  object_attributes: {
    iid: 7,
    action: 'open',
    title: 'Of a fork',
    source_branch: 'of-a-fork',
    source_project_id: 2,
    target_project_id: 1,
    last_commit: { id: sha('f'), message: 'Of a fork' },
  },
});
