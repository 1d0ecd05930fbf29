import { draftMode } from 'next/headers';

/** Kept for a minute, unless it is a draft. */
export const revalidate = 3600;

export default async function Walk() {
  const { isEnabled } = await draftMode();
  return (
    <>
      <h1>The walk round the point</h1>
      <p id="draft">{isEnabled ? 'Draft: the new path by the stile.' : 'The old path, by the wall.'}</p>
    </>
  );
}
