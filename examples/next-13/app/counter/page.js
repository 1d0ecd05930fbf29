import { cookies, headers } from 'next/headers';

export const metadata = { title: 'Counter' };

export default function Counter({ searchParams }) {
  return (
    <>
      <h1>Counter</h1>
      <dl>
        <dt>Asked for</dt>
        <dd id="query">{JSON.stringify(searchParams)}</dd>
        <dt>Apron (cookie)</dt>
        <dd id="apron">{cookies().get('apron')?.value ?? 'none'}</dd>
        <dt>Host</dt>
        <dd id="host">{headers().get('x-forwarded-host')}</dd>
        <dt>Mechanic (variable)</dt>
        <dd id="mechanic">{process.env.MECHANIC ?? 'nobody'}</dd>
      </dl>
    </>
  );
}
