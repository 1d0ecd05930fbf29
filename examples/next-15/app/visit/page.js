import { cookies, headers } from 'next/headers';

export const metadata = { title: 'Visit' };

export default async function Visit({ searchParams }) {
  const jar = await cookies();
  const sent = await headers();
  return (
    <>
      <h1>Visit</h1>
      <dl>
        <dt>Asked for</dt>
        <dd id="query">{JSON.stringify(await searchParams)}</dd>
        <dt>Lamp (cookie)</dt>
        <dd id="lamp">{jar.get('lamp')?.value ?? 'none'}</dd>
        <dt>Host</dt>
        <dd id="host">{sent.get('x-forwarded-host')}</dd>
        <dt>Curator (variable)</dt>
        <dd id="curator">{process.env.CURATOR ?? 'nobody'}</dd>
      </dl>
    </>
  );
}
