/** Posts of the app router's forms, as a browser without JavaScript and as Next's client send them. */
import type { Ask } from './http.ts';

const BOUNDARY = 'towpath-boundary';
const ORIGIN = 'http://site.example';

/** A multipart form. `origin` is the page's. */
export function formOf(fields: Record<string, string>, origin = ORIGIN): Required<Pick<Ask, 'headers' | 'body'>> {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, origin },
    body: `${parts.join('')}--${BOUNDARY}--\r\n`,
  };
}

/** The hidden field that says which action a page's first form calls. */
export function actionFieldOf(html: string): string {
  const name = /name="(\$ACTION_ID_[0-9a-f]+)"/.exec(html)?.[1];
  if (!name) throw new Error('The page has no form with an action.');
  return name;
}
