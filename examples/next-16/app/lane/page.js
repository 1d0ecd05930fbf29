import { draftMode } from 'next/headers';

/** Kept for an hour, unless it is a draft. */
export const revalidate = 3600;

export default async function Lane() {
  const { isEnabled } = await draftMode();
  return (
    <>
      <h1>The lane up the hill</h1>
      <p id="draft">{isEnabled ? 'Draft: round by the new gate.' : 'Straight up, past the oak.'}</p>
    </>
  );
}
