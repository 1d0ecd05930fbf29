'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** Works without JavaScript: a plain form post, answered by a redirect. */
export async function write(form) {
  const entry = String(form.get('entry')).slice(0, 80);
  if (entry === 'nothing') redirect('/apples');
  cookies().set('entry', entry, { path: '/' });
  redirect('/cellar?written=1');
}

/** Called from a client component: answers with a value. */
export async function gravity(_previous, form) {
  return (1 + Number(form.get('sugar')) / 1000).toFixed(3);
}
