export const dynamic = 'force-dynamic';

export default async function Archive({ params, searchParams }) {
  const { where } = await params;
  return (
    <>
      <h1>Archive</h1>
      <p id="where">{JSON.stringify(where)}</p>
      <p id="query">{JSON.stringify(await searchParams)}</p>
    </>
  );
}
