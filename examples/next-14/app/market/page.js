import { cookies, headers } from 'next/headers';

export const metadata = { title: 'Market' };

export default function Market({ searchParams }) {
  return (
    <>
      <h1>Market</h1>
      <dl>
        <dt>Asked for</dt>
        <dd id="query">{JSON.stringify(searchParams)}</dd>
        <dt>Mug (cookie)</dt>
        <dd id="mug">{cookies().get('mug')?.value ?? 'none'}</dd>
        <dt>Host</dt>
        <dd id="host">{headers().get('x-forwarded-host')}</dd>
        <dt>Stallholder (variable)</dt>
        <dd id="stallholder">{process.env.STALLHOLDER ?? 'nobody'}</dd>
      </dl>
    </>
  );
}
