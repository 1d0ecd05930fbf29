import { cookies, headers } from 'next/headers';

export const metadata = { title: 'Tonight' };

export default async function Tonight({ searchParams }) {
  const asked = await searchParams;
  const jar = await cookies();
  const sent = await headers();
  return (
    <>
      <h1>Tonight</h1>
      <dl>
        <dt>Asked for</dt>
        <dd id="query">{JSON.stringify(asked)}</dd>
        <dt>Lantern (cookie)</dt>
        <dd id="lantern">{jar.get('lantern')?.value ?? 'none'}</dd>
        <dt>Host</dt>
        <dd id="host">{sent.get('x-forwarded-host')}</dd>
        <dt>Keeper (variable)</dt>
        <dd id="keeper">{process.env.KEEPER ?? 'nobody'}</dd>
      </dl>
    </>
  );
}
