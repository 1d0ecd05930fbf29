'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';

/** Works without JavaScript: a plain form post, answered by a redirect. */
export async function book(form) {
  const job = String(form.get('job')).slice(0, 80);
  if (job === 'nothing') redirect('/bikes');
  cookies().set('job', job, { path: '/' });
  redirect('/jobs?booked=1');
}

/** Called from a client component: answers with a value. */
export async function ratio(_previous, form) {
  return (Number(form.get('front')) / Number(form.get('rear'))).toFixed(2);
}
