export const dynamic = 'force-dynamic';

export default function Archive({ params, searchParams }) {
  return (
    <>
      <h1>Archive</h1>
      <p id="where">{JSON.stringify(params.where)}</p>
      <p id="query">{JSON.stringify(searchParams)}</p>
    </>
  );
}
