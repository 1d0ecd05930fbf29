'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** Works without JavaScript: a plain form post, answered by a redirect. */
export async function write(form) {
  const entry = String(form.get('entry')).slice(0, 80);
  if (entry === 'clouds') redirect('/objects');
  (await cookies()).set('entry', entry, { path: '/' });
  redirect('/logbook?written=1');
}

/** Called from a client component: answers with a value. */
export async function count(_previous, form) {
  return String(form.get('words')).trim().split(/\s+/).length;
}
