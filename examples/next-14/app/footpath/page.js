import { draftMode } from 'next/headers';

/** Kept for a minute, unless it is a draft. */
export const revalidate = 3600;

export default function Footpath() {
  return (
    <>
      <h1>The footpath</h1>
      <p id="draft">{draftMode().isEnabled ? 'Draft: round by the beehives.' : 'Straight across, shut the gate.'}</p>
    </>
  );
}
