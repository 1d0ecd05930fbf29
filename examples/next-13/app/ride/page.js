import { draftMode } from 'next/headers';

/** Kept for a minute, unless it is a draft. */
export const revalidate = 3600;

export default function Ride() {
  return (
    <>
      <h1>The Sunday ride</h1>
      <p id="draft">{draftMode().isEnabled ? 'Draft: by the reservoir.' : 'Down the canal and back.'}</p>
    </>
  );
}
