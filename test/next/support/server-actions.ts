/** Server actions of an example's form, as a browser without JavaScript and as Next's client call them. */
import { describe, expect, test } from '@jest/globals';
import { cookiesOf, type Example, get } from './example.ts';
import type { Ask } from './http.ts';

export interface ActionForm {
  /** URL path of the page, whose first form has one field that the action keeps in a cookie of the same name. */
  page: string;
  field: string;
  /** Where the action redirects to. */
  done: string;
  /** Where that is: with a base path, Next 14 leaves adding it to its client. */
  shownAt?: string;
  /** Next 13 hands no redirect to its client but what it found there; from 15 on, with the kind of navigation. */
  clientRedirect?: string;
}

const BOUNDARY = 'towpath-boundary';
const NOT_STORED = ['private, no-store'];

/** A multipart form; `origin` is the page's. */
function formOf(
  fields: Record<string, string>,
  origin = 'http://site.example',
): Required<Pick<Ask, 'headers' | 'body'>> {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, origin },
    body: `${parts.join('')}--${BOUNDARY}--\r\n`,
  };
}

export function describeServerActions(
  example: () => Example,
  { page, field, done, shownAt = done, clientRedirect }: ActionForm,
): void {
  /** The hidden field that says which action the form calls. */
  async function actionField(): Promise<string> {
    const html = (await example().edge.ask(get(page))).body.toString();
    const name = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(html)?.[1];
    if (!name) throw new Error('The page has no form with an action.');
    return name;
  }
  const post = (form: Required<Pick<Ask, 'headers' | 'body'>>): Ask => ({ method: 'POST', target: page, ...form });
  const both = (ask: Ask) => Promise.all([example().next.ask(ask), example().edge.ask(ask)]);

  describe('server actions', () => {
    test('a form without JavaScript: the action sets a cookie and redirects', async () => {
      const answer = await example().expectAlike(post(formOf({ [await actionField()]: '', [field]: 'A boot' })));
      expect([answer.status, answer.headers.location]).toEqual([303, [done]]);
      expect(answer.headers['cache-control']).toEqual(NOT_STORED);
      const shown = await example().expectAlike(get(shownAt, { cookie: cookiesOf(answer) }));
      expect(shown.body.toString()).toContain(`<p id="${field}">A boot</p>`);
    });

    test('an action called by the client answers with flight data', async () => {
      const id = (await actionField()).slice('$ACTION_ID_'.length);
      const { headers, body } = formOf({ [`1_${field}`]: 'A boot', 0: '["$K1"]' });
      const asked = { ...headers, 'next-action': id, accept: 'text/x-component' };
      const { host } = example().next;
      // Both fetch the page that the action leads to from themselves.
      const ofNext = post({ headers: { ...asked, host, origin: `http://${host}` }, body });
      const answered = await example().expectAlike(post({ headers: asked, body }), ofNext);
      const [expected] = await both(post({ headers: asked, body }));
      expect(answered.headers['x-action-redirect']).toEqual([clientRedirect ?? done]);
      for (const name of ['x-action-redirect', 'x-action-revalidated']) {
        expect(answered.headers[name]).toEqual(expected.headers[name]);
      }
      expect(answered.headers['content-type']).toEqual(['text/x-component']);
      expect(answered.headers['cache-control']).toEqual(NOT_STORED);
    });

    test('from another site, it is refused', async () => {
      const fields = { [await actionField()]: '', [field]: 'A boot' };
      const [expected, answered] = await both(post(formOf(fields, 'https://evil.example')));
      expect([answered.status, expected.status]).toEqual([500, 500]);
      expect(answered.headers['set-cookie']?.join() ?? '').not.toContain(`${field}=`);
    });
  });
}
