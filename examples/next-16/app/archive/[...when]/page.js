export const dynamic = 'force-dynamic';

export default async function Archive({ params, searchParams }) {
  const { when } = await params;
  return (
    <>
      <h1>Archive</h1>
      <p id="when">{JSON.stringify(when)}</p>
      <p id="query">{JSON.stringify(await searchParams)}</p>
    </>
  );
}
